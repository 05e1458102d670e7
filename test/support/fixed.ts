/** What is the same in every test. Nothing here needs jest: a process without it may use it too. */
export const secret = "a secret for tests only, 32 bytes or longer";
export const key = "sk-or-v1-0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
export const noon = Date.UTC(2026, 10, 24, 12);

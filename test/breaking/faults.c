// Makes chosen system calls on chosen files fail, fall short, or be the last thing the process does. Loaded with LD_PRELOAD.
//
// FAULTS_UNDER  the directory whose files are meant, absolute; also the directory itself
// FAULTS_RULES  a file with one rule a line: CALL FROM TO ACTION; read again at each call, so that it can be changed
//                 CALL    open write sync rename link unlink mkdir, or any
//                 FROM TO which calls of that name (or of any) are meant, counted from 1 in this process
//                 ACTION  errno=N | short (half is written) | before, amid, after (kill -9 then)
// FAULTS_TRACE  a file that gets the name of each call, one a line
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { OPEN, WRITE, SYNC, RENAME, LINK, UNLINK, MKDIR, KINDS };
static const char *const names[KINDS] = {"open", "write", "sync", "rename", "link", "unlink", "mkdir"};
enum { NOTHING, FAIL, SHORT, BEFORE, AMID, AFTER };
struct fault { int action; int error; };

static atomic_int counts[KINDS], total;
static atomic_char watched[65536];

static void die(void) { syscall(SYS_kill, syscall(SYS_getpid), SIGKILL); for (;;) pause(); }

static int is_under(const char *path) {
  const char *under = getenv("FAULTS_UNDER");
  if (!under || !path) return 0;
  size_t length = strlen(under);
  return strncmp(path, under, length) == 0 && (path[length] == '/' || path[length] == 0);
}

/** Closing is not seen (libuv closes by syscall()), so that the number may be another file's by now. */
static int is_watched(int fd) {
  if (fd < 0 || fd >= 65536 || !watched[fd]) return 0;
  char link[32], path[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  long length = syscall(SYS_readlink, link, path, sizeof path - 1);
  path[length > 0 ? length : 0] = 0;
  watched[fd] = is_under(path);
  return watched[fd];
}

/** What the rules say about this call. It is counted whether or not a rule speaks of it. */
static struct fault next_fault(int kind) {
  struct fault found = {NOTHING, 0};
  int of_kind = atomic_fetch_add(&counts[kind], 1) + 1, of_any = atomic_fetch_add(&total, 1) + 1;
  const char *trace = getenv("FAULTS_TRACE"), *rules = getenv("FAULTS_RULES");
  char text[4096];
  if (trace) {
    int fd = syscall(SYS_openat, AT_FDCWD, trace, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    int length = snprintf(text, sizeof text, "%s\n", names[kind]);
    if (fd >= 0) { syscall(SYS_write, fd, text, length); syscall(SYS_close, fd); }
  }
  if (!rules) return found;
  int fd = syscall(SYS_openat, AT_FDCWD, rules, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return found;
  long length = syscall(SYS_read, fd, text, sizeof text - 1);
  syscall(SYS_close, fd);
  text[length > 0 ? length : 0] = 0;
  char *rest = text, *line;
  while ((line = strsep(&rest, "\n"))) {
    char call[16], action[32];
    int from, to;
    if (sscanf(line, "%15s %d %d %31s", call, &from, &to, action) != 4) continue;
    int count = strcmp(call, "any") == 0 ? of_any : strcmp(call, names[kind]) == 0 ? of_kind : 0;
    if (count < from || count > to || count == 0) continue;
    if (strncmp(action, "errno=", 6) == 0) { found.action = FAIL; found.error = atoi(action + 6); }
    else if (strcmp(action, "short") == 0) found.action = SHORT;
    else if (strcmp(action, "before") == 0) found.action = BEFORE;
    else if (strcmp(action, "amid") == 0) found.action = AMID;
    else if (strcmp(action, "after") == 0) found.action = AFTER;
  }
  return found;
}

#define REAL(type, name, ...) \
  static type (*real)(__VA_ARGS__); \
  if (!real) real = (type (*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

/** Runs a call that is meant. What has no middle is killed before it when it should be amid. */
#define MEANT(kind, call) \
  struct fault fault = next_fault(kind); \
  if (fault.action == FAIL) { errno = fault.error; return -1; } \
  if (fault.action == BEFORE || fault.action == AMID) die(); \
  int result = (call); \
  int error = errno; \
  if (fault.action == AFTER) die(); \
  errno = error; \
  return result

static int opened(int fd) { if (fd >= 0 && fd < 65536) watched[fd] = 1; return fd; }

#define OPEN_LIKE(name) \
  int name(const char *path, int flags, ...) { \
    REAL(int, #name, const char *, int, ...); \
    mode_t mode = 0; \
    if (flags & (O_CREAT | __O_TMPFILE)) { va_list rest; va_start(rest, flags); mode = va_arg(rest, mode_t); va_end(rest); } \
    if (!is_under(path)) return real(path, flags, mode); \
    MEANT(OPEN, opened(real(path, flags, mode))); \
  }
OPEN_LIKE(open)
OPEN_LIKE(open64)

static ssize_t written(int fd, const void *bytes, size_t length, off64_t at) {
  return at < 0 ? syscall(SYS_write, fd, bytes, length) : syscall(SYS_pwrite64, fd, bytes, length, at);
}

static ssize_t meant_write(int fd, const void *bytes, size_t length, off64_t at) {
  struct fault fault = next_fault(WRITE);
  if (fault.action == FAIL) { errno = fault.error; return -1; }
  if (fault.action == BEFORE) die();
  size_t wanted = fault.action == SHORT || fault.action == AMID ? length / 2 : length;
  ssize_t done = written(fd, bytes, wanted, at);
  if (fault.action == AMID || fault.action == AFTER) die();
  return done;
}

ssize_t write(int fd, const void *bytes, size_t length) {
  return is_watched(fd) ? meant_write(fd, bytes, length, -1) : written(fd, bytes, length, -1);
}
ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t at) {
  return is_watched(fd) ? meant_write(fd, bytes, length, at) : written(fd, bytes, length, at);
}
ssize_t pwrite(int fd, const void *bytes, size_t length, off_t at) { return pwrite64(fd, bytes, length, at); }

/** Piece by piece, as far as was wanted: to a fault, several pieces are one call. */
static ssize_t meant_pieces(int fd, const struct iovec *pieces, int count, off64_t at) {
  struct fault fault = next_fault(WRITE);
  if (fault.action == FAIL) { errno = fault.error; return -1; }
  if (fault.action == BEFORE) die();
  size_t wanted = 0, done = 0;
  for (int i = 0; i < count; i++) wanted += pieces[i].iov_len;
  if (fault.action == SHORT || fault.action == AMID) wanted /= 2;
  for (int i = 0; i < count && done < wanted; i++) {
    size_t length = pieces[i].iov_len < wanted - done ? pieces[i].iov_len : wanted - done;
    ssize_t result = written(fd, pieces[i].iov_base, length, at < 0 ? at : at + (off64_t)done);
    if (result < 0) return done > 0 ? (ssize_t)done : result;
    done += result;
    if ((size_t)result < length) break;
  }
  if (fault.action == AMID || fault.action == AFTER) die();
  return done;
}
ssize_t writev(int fd, const struct iovec *pieces, int count) {
  if (!is_watched(fd)) return syscall(SYS_writev, fd, pieces, count);
  return meant_pieces(fd, pieces, count, -1);
}
ssize_t pwritev64(int fd, const struct iovec *pieces, int count, off64_t at) {
  REAL(ssize_t, "pwritev64", int, const struct iovec *, int, off64_t);
  return is_watched(fd) ? meant_pieces(fd, pieces, count, at) : real(fd, pieces, count, at);
}

int fdatasync(int fd) {
  REAL(int, "fdatasync", int);
  if (!is_watched(fd)) return real(fd);
  MEANT(SYNC, real(fd));
}
int fsync(int fd) {
  REAL(int, "fsync", int);
  if (!is_watched(fd)) return real(fd);
  MEANT(SYNC, real(fd));
}
int rename(const char *from, const char *to) {
  REAL(int, "rename", const char *, const char *);
  if (!is_under(to)) return real(from, to);
  MEANT(RENAME, real(from, to));
}
int link(const char *from, const char *to) {
  REAL(int, "link", const char *, const char *);
  if (!is_under(to)) return real(from, to);
  MEANT(LINK, real(from, to));
}
int unlink(const char *path) {
  REAL(int, "unlink", const char *);
  if (!is_under(path)) return real(path);
  MEANT(UNLINK, real(path));
}
int mkdir(const char *path, mode_t mode) {
  REAL(int, "mkdir", const char *, mode_t);
  if (!is_under(path)) return real(path, mode);
  MEANT(MKDIR, real(path, mode));
}

/** What a rule says of how long logs are kept, as far as it can be said in a line. Periods as in `periodOf`. */
export interface RetentionPreset {
  /** Not deleted before. */
  readonly minimum?: string;
  /** Deleted by then. */
  readonly maximum?: string;
  /** So long at hand at once: not archived before. */
  readonly hot?: string;
  /** Where it says so. */
  readonly source: string;
  /** What the rule does not say, or not of these logs. Whether it applies, and what else it wants, is for a lawyer to say. */
  readonly caveat: string;
}

export type PresetName =
  | "eu-ai-act"
  | "gdpr-cnil"
  | "hipaa"
  | "iso27001"
  | "nist-moderate"
  | "pci-dss"
  | "sec-17a-4"
  | "soc2"
  | "sox";

/** What is known of the rules that people ask for. None of it makes anybody compliant. */
export const retentionPresets: Readonly<Record<PresetName, RetentionPreset>> = {
  "eu-ai-act": {
    minimum: "6mo",
    source: "Regulation (EU) 2024/1689, articles 19(1) and 26(6)",
    caveat:
      "for logs that high-risk AI systems make; other Union or national law, on data protection above all, may say otherwise",
  },
  "gdpr-cnil": {
    maximum: "12mo",
    source: "CNIL, deliberation 2021-122 of 14 October 2021, on logging",
    caveat:
      "a recommendation: 6 to 12 months for logs with personal data, up to 3 years where that is justified (then set a maximum of your own instead)",
  },
  hipaa: {
    minimum: "6y",
    source: "45 CFR 164.316(b)(2)(i)",
    caveat:
      "a convention: the rule is about documentation; that it means audit logs is how it is commonly read",
  },
  iso27001: {
    source: "ISO/IEC 27001:2022, A.8.15",
    caveat:
      "it names no period: it wants a policy of your own (a minimum of your own), and that you keep to it",
  },
  "nist-moderate": {
    minimum: "90d",
    hot: "90d",
    source: "NIST SP 800-53 AU-11, as FedRAMP reads it",
    caveat:
      "a convention: AU-11 leaves the period to the organisation; OMB M-21-31 asks federal agencies for 12 months at hand and 18 more",
  },
  "pci-dss": {
    minimum: "12mo",
    hot: "3mo",
    source: "PCI DSS 4.0.1, requirement 10.5.1",
    caveat: "for systems in the scope of card data; the newest three months must be at hand at once",
  },
  "sec-17a-4": {
    minimum: "6y",
    hot: "2y",
    source: "17 CFR 240.17a-4(a)",
    caveat:
      "for records of the classes in (a); 3 years for those in (b). It also wants WORM storage or an audit trail that shows every change",
  },
  soc2: {
    minimum: "12mo",
    hot: "90d",
    source: "no criterion of the Trust Services Criteria names a period",
    caveat: "a convention: 12 months cover the period of a Type 2 report",
  },
  sox: {
    minimum: "7y",
    source: "17 CFR 210.2-06",
    caveat: "the rule is about the papers of auditors, not about logs of an application as such",
  },
};

export function isPreset(name: string): name is PresetName {
  return Object.hasOwn(retentionPresets, name);
}

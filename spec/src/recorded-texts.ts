import { refusalTexts } from "../generated/catalogue.js";
import type { Finding } from "./finding.js";
import { own } from "./own.js";

/** The findings in the server's own words, where these are on record. @param operation its name */
export function inRecordedWords(operation: string, findings: Finding[]): Finding[] {
  const texts = own(refusalTexts, operation);
  if (!texts) return findings;
  return findings.map((finding) => {
    const message = own(texts, `${finding.rule.replace(/^schema-/, "")} ${finding.field}`);
    return message === undefined ? finding : { ...finding, message };
  });
}

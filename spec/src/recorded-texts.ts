import { refusalTexts } from "../generated/catalogue.js";
import { type Finding, shown } from "./finding.js";
import { own } from "./own.js";
import type { RequestView } from "./rules/view.js";

/** The findings in the server's own words, where these are on record. */
export function inRecordedWords(request: RequestView, findings: Finding[]): Finding[] {
  const texts = own(refusalTexts, request.operation);
  if (!texts) return findings;
  return findings.map((finding) => {
    const text = own(texts, `${finding.rule.replace(/^schema-/, "")} ${finding.field}`);
    if (text === undefined) return finding;
    return { ...finding, message: text.replace("{value}", () => shown(request.text(finding.field))) };
  });
}

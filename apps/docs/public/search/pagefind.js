// Pagefind, for questions in plain sentences too. By itself it lists only pages that have every word, and few pages have
// "should" and "happens". The search's window loads this in Pagefind's place.
import { search as searchPages } from "/pagefind/pagefind.js";

export * from "/pagefind/pagefind.js";

/** Words of a question that say nothing of what it is about. */
const emptyWords = new Set(
  `a about already am an and anything are as at be been but by can come could did do does doing for from get had happen
  happens has have how i if in into is it its just let like make many may me might much must my need of on one or our out
  over please really should so some still take tell than that the their them then there these they thing this those to up
  us use using want was we well were what when where which while who why will with work works would you your`.split(
    /\s+/,
  ),
);

/** As Pagefind's own, where every word counts by itself once a search is a sentence: the most and the rarest words win. */
export async function search(term, options) {
  const words = term?.toLowerCase().match(/[\p{L}\p{N}][\p{L}\p{N}._-]*(?<![.])/gu) ?? [];
  if (words.length < 3 || term.includes('"')) return searchPages(term, options);
  const telling = words.filter((word) => !emptyWords.has(word));
  if (telling.length < 2) return searchPages(telling[0] ?? term, options);
  const searches = [];
  for (const word of telling) searches.push(await searchPages(word, options));
  return { ...searches[0], results: byTotal(searches.flatMap(({ results }) => results)) };
}

/** Each page once, by the sum of its scores; as the word that found it best shows it. */
function byTotal(results) {
  const pages = new Map();
  for (const result of results) {
    const { best, total } = pages.get(result.id) ?? { best: result, total: 0 };
    pages.set(result.id, { best: result.score > best.score ? result : best, total: total + result.score });
  }
  return [...pages.values()].sort((one, other) => other.total - one.total).map(({ best }) => best);
}

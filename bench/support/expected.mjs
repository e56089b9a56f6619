// Committed ratios and their margins: `expected.json` says `{ suite, table, subject, ratio, margin }` for each of klingkit's own.

/** Share of its ratio by which a figure may be worse, unless the file says otherwise. */
const usualMargin = 0.2;
/** In a quick run there are few rounds, and little is warm. */
const quickFactor = 3;

/** klingkit's own figures of a run: those that have a baseline. */
function figuresOf({ suites }) {
  return suites.flatMap(({ script, tables }) =>
    tables.flatMap(({ title, baseline, better, rows }) =>
      rows
        .filter(({ name, ratio }) => name.startsWith("klingkit") && name !== baseline && Number.isFinite(ratio))
        .map(({ name, ratio }) => ({ suite: script, table: title, subject: name, better, ratio })),
    ),
  );
}

const isSame = (one) => (other) =>
  one.suite === other.suite && one.table === other.table && one.subject === other.subject;

/** What the file says after a run: the run's ratios, with the margins that were there. */
export function expectedOf(run, before) {
  const measured = figuresOf(run).map(({ better: _, ratio, ...figure }) => {
    const margin = before.find(isSame(figure))?.margin ?? usualMargin;
    return { ...figure, ratio: Number(ratio.toFixed(3)), margin };
  });
  return [...before.filter((old) => !measured.some(isSame(old))), ...measured];
}

/** What is worse than the file allows, and what is missing, each in one sentence. */
export function missesOf(run, expected) {
  const figures = figuresOf(run);
  const played = new Set(run.suites.map(({ script }) => script));
  return expected
    .filter(({ suite }) => played.has(suite))
    .flatMap((wanted) => {
      const { suite, table, subject, ratio, margin } = wanted;
      const what = `${suite}, ${table}: ${subject}`;
      const figure = figures.find(isSame(wanted));
      if (!figure) return [`${what} was not measured`];
      const allowed = margin * (run.isQuick ? quickFactor : 1);
      const isWithin =
        figure.better === "less" ? figure.ratio <= ratio * (1 + allowed) : figure.ratio >= ratio * (1 - allowed);
      if (isWithin) return [];
      return [
        `${what} is ${figure.ratio.toFixed(2)} of its baseline; ${ratio} was committed, with ${allowed} as margin`,
      ];
    });
}

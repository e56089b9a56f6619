/**
 * Measures subjects in turn, round by round, so that what disturbs the machine disturbs them all. Each round begins with another
 * one; the first round warms up and is not kept.
 * @template Subject
 * @param {readonly Subject[]} subjects
 * @param {{ rounds: number, warmUp?: number }} settings rounds that count, and those before them. Default: one
 * @param {(subject: Subject) => number | Promise<number>} measure
 * @returns {Promise<Map<Subject, number[]>>} the values of each, in the order of the rounds
 */
export async function inRounds(subjects, { rounds, warmUp = 1 }, measure) {
  const values = new Map(subjects.map((subject) => [subject, []]));
  for (let round = -warmUp; round < rounds; round += 1) {
    for (let turn = 0; turn < subjects.length; turn += 1) {
      const subject = subjects[(turn + round + warmUp) % subjects.length];
      const value = await measure(subject);
      if (round >= 0) values.get(subject).push(value);
    }
  }
  return values;
}

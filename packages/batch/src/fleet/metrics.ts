import type { Fleet } from "./fleet.js";

type Samples = readonly (readonly [labels: Readonly<Record<string, string>>, value: number])[];

/** What Prometheus is told of a fleet, in its text format. */
export async function fleetMetrics(fleet: Fleet): Promise<string> {
  const { waiting, running, isPaused, stopped, usd, results, settings, slots } = await fleet.status();
  const each = (label: string, values: Readonly<Record<string, number>>): Samples =>
    Object.entries(values).map(([name, value]) => [{ [label]: name }, value]);
  const one = (value: number | undefined): Samples => (value === undefined ? [] : [[{}, value]]);
  const gauges: readonly (readonly [name: string, help: string, samples: Samples])[] = [
    ["rows", "Rows that have ended, by state.", each("state", results)],
    ["rows_waiting", "Rows in the queue.", one(waiting)],
    ["tasks_running", "Tasks that are looked after.", one(running)],
    ["slots_taken", "Slots in use, by model.", each("model", slots)],
    ["slots_cap", "Tasks at a time for each model.", one(settings.cap)],
    ["spent_dollars", "Dollars spent and reserved, by Kling's price list.", one(usd)],
    ["budget_dollars", "Most dollars to spend.", one(settings.budget)],
    ["paused", "1 where nothing new is sent because of a pause.", one(isPaused ? 1 : 0)],
    ["stopped", "1 where nothing new is sent because of a stop.", one(stopped === undefined ? 0 : 1)],
  ];
  return gauges
    .map(([name, help, samples]) => gauge(`klingkit_fleet_${name}`, help, withFleet(fleet.name, samples)))
    .join("");
}

function withFleet(fleet: string, samples: Samples): Samples {
  return samples.map(([labels, value]) => [{ fleet, ...labels }, value]);
}

function gauge(name: string, help: string, samples: Samples): string {
  if (samples.length === 0) return "";
  const lines = samples.map(([labels, value]) => {
    const texts = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`);
    return `${name}{${texts.join(",")}} ${value}\n`;
  });
  return `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${lines.join("")}`;
}

function escaped(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}

import type { Operation } from "../document.js";
import { literal, pythonNotation } from "./literal.js";
import { addressOf, requestOf } from "./request.js";

/** A task's id as the provider writes it, where a sample reads a task. */
const sampleTaskId = "2032273942220931072";

const keyVariables = { cometapi: "COMETAPI_KEY", kling: "KLING_API_KEY" } as const;
const mostInOneLine = 72;

/** The operation on klingkit's command line. */
export function commandSample(operation: Operation): string {
  const request = requestOf(operation);
  const { name, dialect } = request;
  const verb = String(operation.source["x-klingkit-verb"]);
  const server = dialect === "kling" ? " --dialect kling" : "";
  if (verb === "get") return `klingkit get ${name}/${sampleTaskId}${server}`;
  if (verb === "list") return `klingkit list ${kebabCase(name)} --page-size 10${server}`;
  const command = `klingkit ${verb} ${kebabCase(name)}${server}`;
  const fields = operation.method === "GET" ? request.query : request.body;
  if (Object.values(fields).some((value) => typeof value === "object")) {
    return `${command} --body - <<'JSON'\n${JSON.stringify(fields, null, 2)}\nJSON`;
  }
  const flags = Object.entries(fields).map(([field, value]) => `--${kebabCase(field)} ${quoted(String(value))}`);
  const words = [command, ...flags];
  return words.join(words.join(" ").length > mostInOneLine ? " \\\n  " : " ");
}

/** The operation by curl. */
export function curlSample(operation: Operation): string {
  const request = requestOf(operation);
  const json = JSON.stringify(request.body, null, 2);
  const lines = [
    `curl ${quoted(addressOf(request, sampleTaskId))}`,
    `-H "Authorization: Bearer $${keyVariables[request.dialect]}"`,
    ...(operation.method === "POST" ? ['-H "Content-Type: application/json"', `-d ${quoted(json)}`] : []),
  ];
  return lines.join(" \\\n  ");
}

/** The operation by Python's standard library. */
export function pythonSample(operation: Operation): string {
  const request = requestOf(operation);
  const isPost = operation.method === "POST";
  const key = `"Authorization": "Bearer " + os.environ["${keyVariables[request.dialect]}"]`;
  const address = JSON.stringify(addressOf(request, sampleTaskId));
  return [
    "import json, os",
    "from urllib.request import Request, urlopen",
    "",
    `headers = {${key}${isPost ? ', "Content-Type": "application/json"' : ""}}`,
    ...(isPost ? [`body = ${literal(request.body, pythonNotation)}`] : []),
    `url = ${address}`,
    `request = Request(url, ${isPost ? "json.dumps(body).encode(), headers" : "headers=headers"})`,
    "with urlopen(request, timeout=120) as answer:",
    '    print(json.load(answer)["data"])',
  ].join("\n");
}

/** `element_id` → `element-id`, `pageNum` → `page-num`. */
function kebabCase(name: string): string {
  return name.replaceAll("_", "-").replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function quoted(text: string): string {
  return /^[\w./:-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

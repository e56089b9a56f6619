import http from "node:http";

/**
 * Submits a task and reads it, over node:http: `fetch` needs `queueMicrotask`, which some fake.
 * @param {string} url the simulator's
 * @returns {Promise<string[]>} the task's status in both answers
 */
export async function talk(url) {
  const path = "/kling/v1/videos/text2video";
  const made = await send(url + path, "POST", JSON.stringify({ model_name: "kling-v3", prompt: "a boat" }));
  const seen = await send(`${url}${path}/${made.data.task_id}`, "GET");
  return [made.data.task_status, seen.data.task_status];
}

/**
 * @param {string} address
 * @param {string} method
 * @param {string} [body]
 * @returns {Promise<any>}
 */
function send(address, method, body) {
  return new Promise((resolve, reject) => {
    const headers = { authorization: "Bearer k", "content-type": "application/json" };
    const request = http.request(address, { method, headers, agent: false }, (response) => {
      let text = "";
      response.on("data", (chunk) => {
        text += chunk;
      });
      response.on("end", () => resolve(JSON.parse(text)));
    });
    request.on("error", reject);
    request.end(body);
  });
}

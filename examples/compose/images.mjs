/** What a Dockerfile says of each of its images, by name: the instructions that the example uses. */
export function readImages(dockerfile) {
  const images = {};
  let image;
  const lines = dockerfile.replaceAll("\\\n", " ").split("\n");
  for (const line of lines.filter((text) => /^[A-Z]/.test(text))) {
    const [, word, rest] = /^(\w+)\s+(.*)$/.exec(line);
    if (word === "FROM") {
      image = { steps: [], workdir: "/" };
      images[/ AS (\S+)$/.exec(rest)[1]] = image;
    } else read(image, word, rest.trim());
  }
  return images;
}

function read(image, word, rest) {
  if (word === "WORKDIR") image.workdir = rest;
  if (word === "USER") image.user = rest;
  if (word === "ENTRYPOINT") image.entrypoint = JSON.parse(rest);
  if (word === "CMD") image.command = JSON.parse(rest);
  if (word === "HEALTHCHECK") {
    const [, options, command] = /^(.*?)CMD\s+(.*)$/.exec(rest);
    image.health = { command: JSON.parse(command), retries: Number(/--retries=(\d+)/.exec(options)[1]) };
  }
  if (word === "RUN") image.steps.push({ word, args: [rest] });
  if (word === "WORKDIR") image.steps.push({ word, args: [rest] });
  if (word === "COPY") {
    const [, from] = /--from=(\S+)/.exec(rest) ?? [];
    image.steps.push({ word, from, args: rest.replace(/--\S+\s+/g, "").split(/\s+/) });
  }
}

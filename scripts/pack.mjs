// `npm run pack [-- folder]`: the published packages as tarballs, and how a project installs them without a registry.
import { existsSync } from "node:fs";
import path from "node:path";
import { installBlocks, packAll, publishedPackages } from "./packages.mjs";

const root = path.resolve(import.meta.dirname, "..");
const [given = path.join(root, "out", "packages")] = process.argv.slice(2);
const destination = path.resolve(given);

process.stderr.write(`klingkit: packing ${publishedPackages().length} packages, a few seconds\n`);
await packAll(destination);
console.log(`Packed into ${destination}:`);
for (const { tarball } of publishedPackages()) console.log(`  ${tarball}`);
const project = projectAround(destination);
console.log(`\nInstall the client, the simulator and the command line in ${project ?? "your project"}:`);
for (const { manager, file, lines, commands } of installBlocks(placeIn(project))) {
  console.log(`\n# ${manager}`);
  if (file) console.log(`# in ${file}:\n${lines.trimEnd()}\n# then:`);
  for (const command of commands) console.log(command);
}
console.log(`
Give these commands again after each pack: "install" alone keeps what it has, because the files' names stay the same.`);
if (!project)
  console.log(`
The tarballs belong into your repository if others install it too: pack them into a folder of it, such as
npm run pack -- ../your-project/vendor`);

/** The project the folder lies in: where the next package.json is, else the folder above; undefined in this clone. */
function projectAround(folder) {
  for (let place = folder; place !== path.dirname(place); place = path.dirname(place)) {
    if (existsSync(path.join(place, "package.json"))) return place === root ? undefined : place;
  }
  return path.dirname(folder);
}

/** The destination as the project names it. */
function placeIn(project) {
  const place = project ? `./${path.relative(project, destination)}` : destination;
  return place.split(path.sep).join("/");
}

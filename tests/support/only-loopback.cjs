// No test talks to the network: what connects to another machine, or asks for its address, gets an error, in the tests'
// processes and in those that they start. CommonJS for `--require`, and below Node's own modules: to load `node:net` for
// this would double the start of a small program.
const { appendFileSync } = require("node:fs");

/** Where attempts of the whole run are noted, which `network.ts` reads at its end: a program may swallow the error. */
const attempts = process.env.TEST_NETWORK_ATTEMPTS;

function isLoopback(host) {
  return /^(localhost|.*\.localhost|127\..*|0\.0\.0\.0|::1?|::ffff:127\..*)$/.test(host);
}

/** @param place which argument of the method names the machine */
function guard(owner, method, place) {
  const original = owner[method];
  owner[method] = function guarded(...given) {
    const host = given[place];
    if (isLoopback(host)) return original.apply(this, given);
    // No such name exists anywhere (RFC 6761), so nobody has to be asked for it.
    if (/\.invalid$/.test(host))
      throw Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), {
        code: "ENOTFOUND",
        syscall: "getaddrinfo",
        hostname: host,
      });
    if (attempts) appendFileSync(attempts, `${host}, by ${process.argv.slice(0, 3).join(" ")}\n`);
    const what = `Tests talk to no network but loopback, and something tries to reach ${host}.`;
    throw Object.assign(new Error(what), { code: "ERR_TEST_NETWORK" });
  };
}

const { TCP } = process.binding("tcp_wrap");
guard(TCP.prototype, "connect", 1);
guard(TCP.prototype, "connect6", 1);
guard(process.binding("cares_wrap"), "getaddrinfo", 1);

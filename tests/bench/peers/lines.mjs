// lines.mjs - what the JavaScript peers have in common: lines in, lines out, a megabyte at a time.
//
// SPDX-License-Identifier: Apache-2.0
import fs from 'node:fs';

// The set of domains in freemail.txt.
export function domains(path) {
  const lines = fs.readFileSync(path, 'utf8').split('\n');
  return new Set(lines.filter(line => line && !line.startsWith('#')));
}

function* lines(path) {
  const file = fs.openSync(path, 'r'), buffer = Buffer.allocUnsafe(1 << 20);
  let rest = Buffer.alloc(0);
  for (let got; (got = fs.readSync(file, buffer)) > 0;) {
    const bytes = Buffer.concat([rest, buffer.subarray(0, got)]);
    let from = 0;
    for (let end; (end = bytes.indexOf(10, from)) >= 0; from = end + 1)
      yield bytes.utf8Slice(from, end);
    rest = bytes.subarray(from);
  }
  if (rest.length > 0) yield rest.toString('utf8');
}

// `score` gives a result or a promise of one.
export async function scoreFile(leads, out, score) {
  const file = fs.openSync(out, 'w');
  let pieces = [], length = 0;
  const flush = () => { fs.writeSync(file, pieces.join('')); pieces = []; length = 0; };
  for (const line of lines(leads)) {
    let result = score(JSON.parse(line));
    if (result instanceof Promise) result = await result;
    const text = JSON.stringify(result) + '\n';
    pieces.push(text);
    if ((length += text.length) > 1 << 18) flush();
  }
  flush();
}

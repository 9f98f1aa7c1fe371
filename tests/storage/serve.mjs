// node serve.mjs MODULES FOLDER SECRET: an S3 server on loopback with the bucket `stoa` in FOLDER, from
// the packages in MODULES. It does not check signatures of version 4, so what stands before it does,
// with code of its own; the key is S3RVER. Prints its port.
import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import { createRequire } from 'node:module';
import path from 'node:path';

const [modules, folder, secret] = process.argv.slice(2);
const require = createRequire(path.resolve(modules, 'package.json'));
const S3rver = require('s3rver');

const sha256 = what => createHash('sha256').update(what).digest('hex');
const hmac = (key, what) => createHmac('sha256', key).update(what).digest();

// https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
function isSigned(ask, body) {
  const given = ask.headers.authorization?.match(
    /^AWS4-HMAC-SHA256 Credential=S3RVER\/(\d{8})\/([\w-]+)\/s3\/aws4_request, ?SignedHeaders=([\w;-]+), ?Signature=([0-9a-f]{64})$/);
  if (!given)
    return false;
  const [, day, region, names, signature] = given;
  const hash = sha256(body);
  const when = ask.headers['x-amz-date'] ?? '';
  const covered = names.split(';');
  if (ask.headers['x-amz-content-sha256'] !== hash || !when.startsWith(day) ||
      !['host', 'x-amz-content-sha256', 'x-amz-date'].every(each => covered.includes(each)))
    return false;
  const canonical = [
    ask.method, new URL(ask.url, 'http://here').pathname, '',
    ...covered.map(each => `${each}:${(ask.headers[each] ?? '').trim()}`), '', names, hash].join('\n');
  const scope = `${day}/${region}/s3/aws4_request`;
  const key = [day, region, 's3', 'aws4_request'].reduce(hmac, `AWS4${secret}`);
  return hmac(key, `AWS4-HMAC-SHA256\n${when}\n${scope}\n${sha256(canonical)}`)
    .toString('hex') === signature;
}

const store = new S3rver({
  address: '127.0.0.1', port: 0, directory: folder, silent: true,
  configureBuckets: [{ name: 'stoa' }] });
const { port } = await store.run();

const front = http.createServer(async (ask, answer) => {
  const pieces = [];
  for await (const piece of ask)
    pieces.push(piece);
  const body = Buffer.concat(pieces);
  if (!isSigned(ask, body)) {
    answer.writeHead(403).end('SignatureDoesNotMatch');
    return;
  }
  const { method, url, headers } = ask;
  const onward = http.request({ host: '127.0.0.1', port, method, path: url, headers });
  onward.end(body);
  const [back] = await once(onward, 'response');
  answer.writeHead(back.statusCode, back.headers);
  back.pipe(answer);
});
front.listen(0, '127.0.0.1', () => console.log(front.address().port));

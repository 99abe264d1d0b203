// Plain JavaScript without imports, so that also a Node that is too old can say what to do about it.
const REQUIRED = [22, 18];

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < REQUIRED[0] || (major === REQUIRED[0] && minor < REQUIRED[1])) {
  process.stderr.write(
    `This is Node ${process.versions.node}; vmotion-ops needs ${REQUIRED.join('.')} or later.\n` +
      'It brings its own: npm ci, then npm start. (With --ignore-scripts npm leaves it out: run npm ci without.)\n',
  );
  process.exit(2);
}

const { main } = await import('./main.ts');
const exitCode = await main(process.argv.slice(2));
// What was written to a pipe must be through before the process ends.
process.stdout.write('', () => process.exit(exitCode));

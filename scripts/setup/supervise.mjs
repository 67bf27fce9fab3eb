// Runs one command for set-up and ends it together with everything it started as soon as set-up itself is gone, even
// killed: an orphaned `npm ci` would otherwise go on writing into the folder that the next set-up is working on.
// Set-up holds the other end of standard input; the system closes that end when set-up dies.
import { spawn, spawnSync } from 'node:child_process';

const [command, ...parameters] = process.argv.slice(2);
const onWindows = process.platform === 'win32';
const child = spawn(command, parameters, { stdio: ['ignore', 'inherit', 'inherit'], detached: !onWindows });

function endAll() {
  if (child.pid !== undefined) {
    if (onWindows) {
      spawnSync('taskkill', ['/pid', String(child.pid), '/t', '/f']);
    } else {
      try {
        process.kill(-child.pid, 'SIGKILL');
      } catch {
        // Already gone.
      }
    }
  }
  process.exit(1);
}

process.stdin.on('close', endAll).resume();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, endAll);
}
child.on('error', (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(127);
});
child.on('exit', (code) => process.exit(code ?? 1));

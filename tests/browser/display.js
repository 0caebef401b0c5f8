// A screen for the browsers that draw only with one.
import { spawn } from 'node:child_process';

/**
 * Starts Xvfb on a display that is free.
 * @returns {Promise<{name: string, close: () => void}>}
 */
export function startDisplay() {
  return new Promise((resolve, reject) => {
    const server = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1280x1024x24', '-nolisten', 'tcp'],
      { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
    server.once('error', reject);
    server.once('exit', () => reject(new Error('Xvfb did not start.')));
    server.stdio[3]?.once('data', (number) => resolve({
      name: `:${String(number).trim()}`,
      close: () => server.kill(),
    }));
  });
}

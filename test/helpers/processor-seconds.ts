/** How long the processors have worked for this process, in seconds: waiting for a busy machine does not count. */
export function processorSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

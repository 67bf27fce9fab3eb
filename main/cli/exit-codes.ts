/** What the process answers to the shell. */
export const EXIT = { done: 0, failed: 1, wrongUse: 2, cancelled: 130 } as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

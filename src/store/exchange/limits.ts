/** What an archive or folder may hold at most: far above any result, and little enough for any machine. */
export const limits = {
  files: 4000,
  fileBytes: 64_000_000,
  totalBytes: 256_000_000,
  archiveBytes: 64_000_000,
  /** Times that a file may be larger than what it is packed in. The raw output of load tools packs into a tenth to a thirtieth. */
  ratio: 200,
  /** Below this, a ratio tells nothing: a thousand blanks pack into twenty bytes. */
  ratioFromBytes: 1_000_000,
} as const;

export const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`;

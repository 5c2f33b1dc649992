/** Something that is let go of when the extension ends. */
export interface Disposable {
  dispose(): void;
}

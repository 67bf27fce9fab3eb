/** Texts that the bundle takes in as they are. */
declare module '*.md' {
  const text: string;
  export default text;
}

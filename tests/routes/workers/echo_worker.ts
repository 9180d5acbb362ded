/** Stands in for a calculation: says what it was sent, fails, or says nothing at all. */
self.onmessage = ({ data }: MessageEvent<string>) => {
  if (data === "fail") throw new Error("told to fail");
  if (data !== "hang") self.postMessage(`${data}!`);
};

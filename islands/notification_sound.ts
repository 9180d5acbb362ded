/** One short, soft tone for a toast, made here: no file is fetched. Off unless it is asked for. */

const TONE_HZ = { usual: 660, critical: 880 } as const;
const LASTS_S = 0.18;
const VOLUME = 0.08;

/** Plays it; browsers keep silent until the page was used once, and that is fine. */
export function playTone(critical: boolean): void {
  const context = new AudioContext();
  const tone = context.createOscillator();
  const volume = context.createGain();
  const { currentTime: now } = context;
  tone.frequency.value = critical ? TONE_HZ.critical : TONE_HZ.usual;
  volume.gain.setValueAtTime(VOLUME, now);
  volume.gain.exponentialRampToValueAtTime(0.0001, now + LASTS_S);
  tone.connect(volume).connect(context.destination);
  tone.onended = () => void context.close();
  tone.start(now);
  tone.stop(now + LASTS_S);
}

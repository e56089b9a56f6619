// One second of a test card (colour bars), encoded by this package: 320 x 180, 24 frames, the first a key frame and the
// others saying "no change". Base64; frames follow each other as NAL units, each after its length in four bytes.

/** Size of the clip in pixels. */
export const tinyClipSize = { width: 320, height: 180 } as const;

/** The sequence parameter set. */
export const tinyClipSequenceParameters = "Z0IAC6aBQZ+d";

/** The picture parameter set. */
export const tinyClipPictureParameters = "aM4JyA==";

/** The frames, one NAL unit each. */
export const tinyClipFrames = [
  "AAADe2W4EV//+HooAAgFeTF/4f+COKAA+IAAIAgAsQSiNek/D//BFFAAfHAAEESOAAIGsmK/4f+COKD4gAB4BYgLRG7Sfh//giigPjgACBZHAA",
  "EEiTX+H/gjig+IAAeAWICSI39J+H/+CKKA+OAAIGkcAAQM5N/4f+COKAAR8QAA4AsQSiN/ScmLk6dRH6T/kWRfhGGAAXBgKhgAEg4Lk6dMnJ//",
  "/wjDAAIhA6GAAZAgGSdOmTk///4RhgAEwwIhgAEg4Jk3Tpk5OTk6eI/SeUP/8IwwAC4EAqGAASBQXJ08nJ///wjDAAIhg6GAAZAgFSdPEfpP//",
  "+EYYABMEBUMAAkHBMm6eI/ScnJ08R+k///4RhgAFwYCoYABIOC5Onk5P//+EYYABEIHQwADIEAyTp5OT///hGGAATDAiGAASDgmTdPJycnJ08R",
  "+k///4RhgAFwIBUMAAkCguTp5OT///hGGAARDB0MAAyBAKk6eI/Sf//8IwwACYICoYABIOCZN08R+k5OTp4j9J///wjDAALgwFQwACQcFydPJy",
  "f//8IwwACIQOhgAGQIBknTycn///CMMAAmGBEMAAkHBMm6eTk5OTp4j9J///wjDAALgQCoYABIFBcnTycn///CMMAAiGDoYABkCAVJ08R+k///",
  "4RhgAEwQFQwACQcEybp4j9JycnTxH6T///hGGAAXBgKhgAEg4Lk6eTk///4RhgAEQgdDAAMgQDJOnk5P//+EYYABMMCIYABIOCZN08nJ8f/+Ho",
  "oAAgh/4f/sPYp///2COKfEAAEAUASIT///YI8UPHAAECyOAP//8IwwACAUMgocAwD/4Iop8MSDhgAEAoV//+wRYoeOAAXjgACBN//+wRxT4gAB",
  "9IgQABAE/j/7BHvjgACAJHAAEBbH//wjDC4SGAE4GzfAP/giicOGAkCwwBMD///sEWKeOAAIA8cAAQEf//2COKfEAAPliBAAP//+wR4oeOAAUj",
  "gACBH///CMOwUMABGCcAwD/4Iop8MAEYbBlf//sEWKHjgACA7HAD//+wRxT4gAB0B4hF//+w/ih///5CYrT06pxhATf//8icYTKenk3///InVO",
  "LpwpQE///5E4YpidU4wgJuTp6enk///5E9PTyb///kT09PJ///wjenp6eTk6enp5P//+RPT08m///5E9PTyf//8ienp5PAAAABVh4RWAgMsBAA",
  "4xPCcDwDiAh8BAQKEAAAAFYeIUA8YAAAAFYeMUA8YAAAAFYeQUA8YAAAAFYeUUA8YAAAAFYeYUA8YAAAAFYecUA8YAAAAFYegUA8YAAAAFYekU",
  "A8YAAAAFYeoUA8YAAAAFYesUA8YAAAAFYewUA8YAAAAFYe0UA8YAAAAFYe4UA8YAAAAFYe8UA8YAAAAFYfAUA8YAAAAFYfEUA8YAAAAFYfIUA8",
  "YAAAAFYfMUA8YAAAAFYfQUA8YAAAAFYfUUA8YAAAAFYfYUA8YAAAAFYfcUA8Y=",
].join("");

/** The same test card as a PNG. */
export const tinyPicture = [
  "iVBORw0KGgoAAAANSUhEUgAAAUAAAAC0BAMAAAAXyugiAAAAFVBMVEXr6xAQ6xDr6+sQ6+vrEBDrEOsQEOsPdzGJAAAACXBIWXMAAAPoAAAD6AG1e1",
  "JrAAAAoUlEQVR42u3OQQ0AIRAEsLXA4wxgAQvkFIAF/EvAwBggaRW0elbZyFr07WjN6D9RCQoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoK",
  "CgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKvhi8iMpKc4",
  "pszPUAAAAASUVORK5CYII=",
].join("");

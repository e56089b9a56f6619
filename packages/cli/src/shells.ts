/** Shells that `klingkit completion` has a script for. */
export const shells = ["bash", "zsh", "fish", "powershell"] as const;

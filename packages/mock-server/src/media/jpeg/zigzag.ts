/** Natural index (row × 8 + column) of each coefficient in a JPEG's zigzag order. */
export const ZIGZAG = buildZigzag();

function buildZigzag(): Uint8Array {
  const order = new Uint8Array(64);
  let index = 0;
  for (let diagonal = 0; diagonal < 15; diagonal += 1) {
    const low = Math.max(0, diagonal - 7);
    const high = Math.min(diagonal, 7);
    for (let step = low; step <= high; step += 1) {
      // Even diagonals run upwards to the right, odd ones downwards to the left.
      const row = diagonal % 2 === 0 ? high - (step - low) : step;
      order[index] = row * 8 + (diagonal - row);
      index += 1;
    }
  }
  return order;
}

// Solves the puzzle of accounts.work as soon as the page is there: a number with which the SHA-256 of "puzzle:number"
// begins with data-bits zero bits. Own SHA-256: the browser's is not there on plain HTTP.
(() => {
  const K = [], H = [];
  for (let n = 2; K.length < 64; n++) {
    if ([...Array(n - 2)].some((_, i) => n % (i + 2) === 0)) continue;
    if (H.length < 8) H.push((Math.sqrt(n) % 1 * 2 ** 32) | 0);
    K.push((Math.cbrt(n) % 1 * 2 ** 32) | 0);
  }
  const turn = (x, n) => (x >>> n) | (x << (32 - n));
  const W = new Int32Array(64);
  const firstWord = (text) => { // of the hash of an ASCII text
    const h = Int32Array.from(H), length = text.length, blocks = (length + 9 + 63) >> 6;
    for (let b = 0; b < blocks; b++) {
      for (let i = 0; i < 16; i++) {
        let word = 0;
        for (let j = 0; j < 4; j++) {
          const at = b * 64 + i * 4 + j;
          word = (word << 8) | (at < length ? text.charCodeAt(at) : at === length ? 0x80 : 0);
        }
        W[i] = b === blocks - 1 && i === 15 ? length * 8 : word;
      }
      for (let i = 16; i < 64; i++) {
        const x = W[i - 15], y = W[i - 2];
        W[i] = W[i - 16] + W[i - 7] + (turn(x, 7) ^ turn(x, 18) ^ (x >>> 3)) + (turn(y, 17) ^ turn(y, 19) ^ (y >>> 10));
      }
      let [a, c, d, e, f, g, k, l] = h;
      for (let i = 0; i < 64; i++) {
        const t = (l + (turn(f, 6) ^ turn(f, 11) ^ turn(f, 25)) + ((f & g) ^ (~f & k)) + K[i] + W[i]) | 0;
        const u = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & c) ^ (a & d) ^ (c & d))) | 0;
        l = k; k = g; g = f; f = (e + t) | 0; e = d; d = c; c = a; a = (t + u) | 0;
      }
      [a, c, d, e, f, g, k, l].forEach((x, i) => { h[i] += x; });
    }
    return h[0];
  };
  for (const field of document.querySelectorAll('input[data-puzzle]')) {
    const shift = 32 - Number(field.dataset.bits);
    let n = 0;
    const some = () => { // a little at a time, so that people can type meanwhile
      for (const until = performance.now() + 12; performance.now() < until; n++) {
        if (firstWord(`${field.dataset.puzzle}:${n}`) >>> shift === 0) { field.value = n; return; }
      }
      setTimeout(some);
    };
    some();
  }
})();

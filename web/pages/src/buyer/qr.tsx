// A QR code as one SVG path, dark on white whatever the theme: scanners want it so.
import { generate } from "lean-qr";
import { useMemo } from "preact/hooks";

const kQuiet = 3; // modules of margin

export function QrCode({ text, label }: { text: string; label: string }) {
  const { size, path } = useMemo(() => {
    const code = generate(text);
    let d = "";
    for (let y = 0; y < code.size; ++y)
      for (let x = 0; x < code.size; ++x) if (code.get(x, y)) d += `M${x} ${y}h1v1h-1z`;
    return { size: code.size, path: d };
  }, [text]);
  const side = size + 2 * kQuiet;
  return (
    <svg class="qr" viewBox={`${-kQuiet} ${-kQuiet} ${side} ${side}`} role="img" aria-label={label}>
      <rect x={-kQuiet} y={-kQuiet} width={side} height={side} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}

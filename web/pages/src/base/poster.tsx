// A picture of nothing but a number: lamps over a row of seats, the same for the same concert.
import "./poster.css";

export function Poster({ seed }: { seed: number }) {
  const dice = (n: number) => {
    const x = Math.sin(seed * 127.1 + n * 311.7) * 43758.5453;
    return x - Math.floor(x);
  };
  const hue = Math.floor(dice(0) * 360);
  const beams = Array.from({ length: 3 + Math.floor(dice(1) * 3) }, (_, i) => {
    const top = 20 + dice(i + 2) * 120;
    const foot = 10 + dice(i + 12) * 140;
    const spread = 10 + dice(i + 22) * 22;
    return `M${top} -4L${foot - spread} 90H${foot + spread}Z`;
  });
  return (
    <svg class="poster" viewBox="0 0 160 90" preserveAspectRatio="xMidYMid slice" aria-hidden="true">
      <rect width="160" height="90" fill={`hsl(${hue} 34% 22%)`} />
      {beams.map((beam, i) => (
        <path key={beam} d={beam} fill={`hsl(${(hue + 40 * i) % 360} 60% 62%)`} opacity="0.28" />
      ))}
      <path d="M0 90V80q80 -22 160 0v10z" fill={`hsl(${hue} 40% 12%)`} />
      {Array.from({ length: 13 }, (_, i) => (
        <circle
          key={i}
          cx={5 + i * 12.5}
          cy={86 - Math.sin((i / 12) * Math.PI) * 9}
          r="3.2"
          fill={`hsl(${hue} 34% 30%)`}
        />
      ))}
    </svg>
  );
}

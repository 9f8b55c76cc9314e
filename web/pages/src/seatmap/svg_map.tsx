// The picture as SVG, for halls that are not large: stage, names of sections and rows, seats with their numbers, and a ring around one seat.
import { useMemo } from "preact/hooks";
import { useWords } from "../base/words";
import { type Block, kStage, type Layout, type SeatGrid } from "./geometry";
import { rowStarts, shortened } from "./labels";
import { type Picture, paths } from "./paint";
import type { Size, View } from "./view";
import "./looks.css";

const kReadable = 20; // pixels a unit from which numbers are written
const kRowsReadable = 24;
const kNumbersAtMost = 600;

export interface Ringed {
  index: number; // -1: no seat
  isStrong: boolean;
}

export const transformOf = ({ x, y, scale }: View) => `scale(${scale}) translate(${-x} ${-y})`;

export function Ring({ layout, ringed, view }: { layout: Layout; ringed: Ringed; view?: View }) {
  if (ringed.index < 0) return null;
  return (
    <rect
      class={`ring${ringed.isStrong ? " strong" : ""}`}
      transform={view && transformOf(view)}
      x={layout.x[ringed.index]! - 0.47}
      y={layout.y[ringed.index]! - 0.47}
      width="0.94"
      height="0.94"
      rx="0.26"
    />
  );
}

function Stage({ width, scale }: { width: number; scale: number }) {
  const w = useWords();
  const half = Math.min(width * 0.3, 14);
  return (
    <>
      <path
        class="stage"
        d={`M${width / 2 - half} ${kStage * 0.3}q${half} ${kStage * 0.42} ${Math.min(width * 0.6, 28)} 0`}
      />
      <text class="stage-name" x={width / 2} y={kStage * 0.33} font-size={Math.min(1, 15 / scale)}>
        {w.stage}
      </text>
    </>
  );
}

function BlockName({ block }: { block: Block }) {
  if (!block.name) return null;
  return (
    <text class="block-name" x={block.x + block.width / 2} y={block.y - 0.5} font-size={0.8}>
      {shortened(block.name, block.width)}
    </text>
  );
}

function SeatNumbers(props: { grid: SeatGrid; picture: Picture; numbers: readonly number[]; view: View; size: Size }) {
  const { view, size } = props;
  const { layout, codes } = props.picture;
  const texts: preact.JSX.Element[] = [];
  props.grid.within(view.x, view.y, view.x + size.width / view.scale, view.y + size.height / view.scale, (i) => {
    if (codes[i]! > 1 || texts.length > kNumbersAtMost) return;
    texts.push(
      <text key={i} class={codes[i] === 0 ? "seat-number" : "seat-number dim"} x={layout.x[i]} y={layout.y[i]! + 0.13}>
        {props.numbers[i]}
      </text>,
    );
  });
  return <>{texts}</>;
}

function RowNames({ layout, rows }: { layout: Layout; rows: readonly (number | null)[] }) {
  const w = useWords();
  return (
    <>
      {rowStarts(layout, rows).map((i) => (
        <text key={layout.rowOf[i]} class="row-name" x={layout.x[i]! - 0.75} y={layout.y[i]! + 0.13}>
          {rows[i]}
          {w.locale === "ko" ? "열" : ""}
        </text>
      ))}
    </>
  );
}

export function SvgMap(props: {
  picture: Picture;
  grid: SeatGrid;
  numbers: readonly number[]; // of seat i
  rows: readonly (number | null)[];
  view: View;
  size: Size;
  ringed: Ringed;
}) {
  const { picture, view } = props;
  const { layout } = picture;
  const shapes = useMemo(() => paths(picture), [picture]);
  return (
    <svg aria-hidden="true">
      <g transform={transformOf(view)}>
        <Stage width={layout.width} scale={view.scale} />
        {layout.blocks.map((block) => (
          <BlockName key={block.name} block={block} />
        ))}
        {[...shapes].map(([name, d]) => (
          <path key={name} class={name} d={d} />
        ))}
        {view.scale >= kRowsReadable && <RowNames layout={layout} rows={props.rows} />}
        {view.scale >= kReadable && <SeatNumbers {...props} />}
        <Ring layout={layout} ringed={props.ringed} />
      </g>
    </svg>
  );
}

// Curves over the last minutes, drawn from plain numbers. The newest value is at the right edge; every curve says its value and its peak
// in words, so that colour alone says nothing.
import { number } from "../../base/words";
import { useAdminWords } from "../words";
import { type Axis, areaOf, kHeight, lineOf } from "./curve";
import "../../seatmap/looks.css";

type Show = (value: number) => string;
export const plain: Show = (value) => number(value < 10 ? Math.round(value * 10) / 10 : Math.round(value));

function Frame(props: { name: string; text: string; peak: string; said: string; children: preact.ComponentChildren }) {
  const w = useAdminWords();
  return (
    <>
      <div class="spread">
        <span>{props.name}</span>
        <span>
          <span class="small">
            {w.peak} {props.peak}
          </span>{" "}
          <b>{props.text}</b>
        </span>
      </div>
      <svg viewBox={`0 0 100 ${kHeight}`} preserveAspectRatio="none" role="img" aria-label={props.said}>
        {props.children}
      </svg>
    </>
  );
}

export function Curve(props: { name: string; axis: Axis; values: readonly number[]; show?: Show }) {
  const show = props.show ?? plain;
  const most = Math.max(0, ...props.values);
  const text = props.values.length > 0 ? show(props.values.at(-1)!) : "–";
  return (
    <div class="curve">
      <Frame name={props.name} text={text} peak={show(most)} said={`${props.name}: ${text}`}>
        {props.values.length > 1 && (
          <>
            <path class="area" d={areaOf(props.axis, props.values, most)} />
            <path d={lineOf(props.axis, props.values, most)} />
          </>
        )}
      </Frame>
    </div>
  );
}

export interface Layer {
  name: string;
  values: readonly number[];
  look: string; // a class
}

function Key({ layers, show }: { layers: readonly Layer[]; show: Show }) {
  return (
    <ul class="legend">
      {layers.map(({ name, look, values }) => (
        <li key={name}>
          <i class={`swatch ${look}`} />
          <span>{name}</span>
          <b>{values.length > 0 ? show(values.at(-1)!) : "–"}</b>
        </li>
      ))}
    </ul>
  );
}

// Parts of a whole on top of each other, the first one lowest.
export function Stack({ name, axis, layers }: { name: string; axis: Axis; layers: readonly Layer[] }) {
  const length = layers[0]!.values.length;
  const upTo = (last: number, i: number) => layers.slice(0, last + 1).reduce((sum, layer) => sum + layer.values[i]!, 0);
  const heights = layers.map((_, last) => Array.from({ length }, (_, i) => upTo(last, i)));
  const most = Math.max(1, ...heights.at(-1)!);
  const said = layers.map((layer) => `${layer.name} ${plain(layer.values.at(-1) ?? 0)}`).join(", ");
  return (
    <div class="curve">
      <Frame name={name} text={plain(heights.at(-1)!.at(-1) ?? 0)} peak={plain(most)} said={`${name}: ${said}`}>
        {length > 1 &&
          heights
            .map((values, i) => (
              <path key={layers[i]!.name} class={`part ${layers[i]!.look}`} d={areaOf(axis, values, most)} />
            ))
            .reverse()}
      </Frame>
      <Key layers={layers} show={plain} />
    </div>
  );
}

export function Lines(props: { name: string; axis: Axis; layers: readonly Layer[]; none: string }) {
  const { name, layers, none } = props;
  const most = Math.max(0, ...layers.flatMap((layer) => layer.values));
  const all = layers.reduce((sum, layer) => sum + (layer.values.at(-1) ?? 0), 0);
  const said = layers.map((layer) => `${layer.name} ${plain(layer.values.at(-1) ?? 0)}`).join(", ") || none;
  return (
    <div class="curve wide">
      <Frame name={name} text={plain(all)} peak={plain(most)} said={`${name}: ${said}`}>
        {layers.map((layer) => (
          <path key={layer.name} class={`line ${layer.look}`} d={lineOf(props.axis, layer.values, most)} />
        ))}
      </Frame>
      {layers.length === 0 ? <p class="small">{none}</p> : <Key layers={layers} show={plain} />}
    </div>
  );
}

// The seats as a picture or as a list, with the tools above and the legend below.
import { useMemo, useState } from "preact/hooks";
import { preference } from "../../base/storage";
import { SeatListView } from "../../seatmap/list";
import { SeatMapView } from "../../seatmap/map";
import type { SeatState, useHall } from "../../seatmap/seat_state";
import type { Choice } from "./choosing";
import { BestSeats, Legend, Loading, ViewChoice } from "./seat_tools";

export function SeatsView(props: {
  state: SeatState;
  hall: ReturnType<typeof useHall>;
  choice: Choice;
  limit: number;
  nameOf: (index: number) => string;
  isHolding: boolean;
}) {
  const [isList, setList] = useState(preference("seats") === "list");
  const { hall, choice, limit } = props;
  const { seats, error } = props.state;
  const picture = useMemo(
    () => ({ layout: hall.layout, codes: choice.codes, classes: hall.classOf }),
    [hall.layout, choice.codes, hall.classOf],
  );
  return (
    <div class="hall-map">
      <div class="spread tools">
        <ViewChoice isList={isList} onChange={setList} />
        {limit > 0 && (
          <BestSeats limit={limit} isDisabled={seats.length === 0 || props.isHolding} onPick={choice.pick} />
        )}
      </div>
      {seats.length === 0 ? (
        <div class="map-frame bone">{error == null && <Loading />}</div>
      ) : isList ? (
        <SeatListView
          key={String(choice.isRestored)}
          seats={seats}
          codes={choice.codes}
          startAt={choice.pointed >= 0 ? choice.pointed : (choice.chosen.at(-1) ?? -1)}
          onToggle={choice.toggle}
        />
      ) : (
        <SeatMapView
          picture={picture}
          numbers={hall.numbers}
          rows={hall.rows}
          nameOf={props.nameOf}
          onPoint={choice.point}
          onToggle={choice.toggle}
        />
      )}
      {seats.length > 0 && <Legend prices={hall.prices} />}
    </div>
  );
}

import { IconLayer, ScatterplotLayer } from '@deck.gl/layers';
import { MapLibreOverlay } from '@deck.gl/maplibre';
import type { Map as MapLibreMap } from 'maplibre-gl';
import type { VehicleSignal } from '#domain/city/rows.ts';
import { Connection } from '#lib/live/connection.ts';
import { atlas } from '../atlas.ts';
import { rgb } from '../colours.ts';
import { VEHICLE_ICON, VEHICLE_LOOK } from '../layers/vehicles.ts';
import { sizeAt } from '../stage.ts';
import type { Drawn } from './drawn.ts';

/** Of the marks at the page's zoom. */
const SIZE = sizeAt(11);

interface Vehicle {
  readonly id: string;
  readonly body: VehicleSignal;
}

/** The same picture from a list of objects, made anew with each message. Nothing glides. */
export function startNaive(map: MapLibreMap): () => Drawn {
  const overlay = new MapLibreOverlay({ interleaved: false, layers: [] });
  map.addControl(overlay);
  const vehicles = new Map<string, Vehicle>();
  let data: Vehicle[] = [];
  const draw = (): void => {
    data = [...vehicles.values()].map((v) => ({ ...v }));
    const { image, mapping } = atlas();
    const icons = { data, iconAtlas: image as never, iconMapping: mapping as never, sizeUnits: 'pixels' as const };
    overlay.setProps({
      layers: [
        new IconLayer<Vehicle>({ ...icons, id: 'arrows', getIcon: () => 'heading', getSize: 37 * SIZE, getPosition: (v) => [...v.body.at],
          getAngle: (v) => -(v.body.heading ?? 0), getColor: (v) => [...rgb(VEHICLE_LOOK[v.body.state].colour)] }),
        new ScatterplotLayer<Vehicle>({ data, id: 'vehicles', radiusUnits: 'pixels', lineWidthUnits: 'pixels', stroked: true, pickable: true,
          getRadius: 10 * SIZE, getLineWidth: 1.8, getPosition: (v) => [...v.body.at],
          getFillColor: (v) => [...rgb(VEHICLE_LOOK[v.body.state].filled ? VEHICLE_LOOK[v.body.state].colour : 'ground')],
          getLineColor: (v) => [...rgb(VEHICLE_LOOK[v.body.state].colour)] }),
        new IconLayer<Vehicle>({ ...icons, id: 'signs', getIcon: (v) => VEHICLE_ICON[v.body.kind], getSize: 13.5 * SIZE, getPosition: (v) => [...v.body.at],
          getColor: (v) => [...rgb(VEHICLE_LOOK[v.body.state].filled ? 'ground' : 'ink')] }),
      ],
    }); // prettier-ignore
  };
  new Connection({
    open: () => new WebSocket(`ws://${location.host}/rt`) as never,
    screen: 'bench-objects',
    topics: [],
    lanes: ['vehicles'],
    now: Date.now,
    random: Math.random,
    later: (work, ms) => {
      const t = setTimeout(work, ms);
      return () => clearTimeout(t);
    },
    onChanges: () => {},
    onSignals: (_, items) => {
      for (const { key, body } of items) vehicles.set(key, { id: key, body: body as unknown as VehicleSignal });
      draw();
    },
    onBeat: () => {},
    onState: () => {},
  }).start();
  return () => ({ ids: data.map((v) => v.id), positions: data.flatMap((v) => [...v.body.at]) });
}

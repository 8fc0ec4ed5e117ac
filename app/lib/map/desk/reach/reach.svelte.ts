import type { StationKind } from '#domain/around/stations.ts';
import type { LngLat } from '#domain/city/rows.ts';
import type { Vehicle } from '#domain/city/travel.ts';
import type { RouteEnd } from '#domain/incidents/rows.ts';
import type { FoundReach } from '../requests.ts';

/** Where one is within minutes: of a place, or of the stations of a kind; for whom; and what was found. */
export class ReachDraft {
  from = $state.raw<RouteEnd | null>(null);
  stations = $state<StationKind | null>(null);
  vehicle = $state<Vehicle>('car');
  emergency = $state(false);
  found = $state.raw<FoundReach | null>(null);
  refused = $state.raw<string | null>(null);
  /** A station of the list that is to be seen on the map. */
  marked = $state.raw<LngLat | null>(null);

  start(from: RouteEnd): void {
    this.from = from;
    this.forget();
  }
  choose(vehicle: Vehicle): void {
    this.vehicle = vehicle;
    // who walks is bound by no rule that an emergency lifts
    if (vehicle === 'foot') this.emergency = false;
    this.forget();
  }
  toggleEmergency(): void {
    this.emergency = !this.emergency;
    this.forget();
  }
  startFrom(stations: StationKind | null): void {
    this.stations = stations;
    this.forget();
  }
  /** What was found is no answer to the question of now. */
  forget(): void {
    this.found = this.refused = this.marked = null;
  }
  clear(): void {
    this.from = this.stations = null;
    this.vehicle = 'car';
    this.emergency = false;
    this.forget();
  }
}

/** What a station can measure: its unit, its names, and the bounds beyond which a value is a fault of the sensor. */
export interface Metric {
  readonly unit: string;
  readonly zh: string;
  readonly en: string;
  readonly min: number;
  readonly max: number;
  /** Decimals on the screen. */
  readonly digits: number;
}

export const METRICS = {
  temperature: { unit: '°C', zh: '气温', en: 'Temperature', min: -60, max: 60, digits: 1 },
  humidity: { unit: '%', zh: '相对湿度', en: 'Humidity', min: 0, max: 100, digits: 0 },
  windSpeed: { unit: 'm/s', zh: '风速', en: 'Wind', min: 0, max: 100, digits: 1 },
  windGust: { unit: 'm/s', zh: '阵风', en: 'Gust', min: 0, max: 120, digits: 1 },
  windDirection: { unit: '°', zh: '风向', en: 'Wind from', min: 0, max: 360, digits: 0 },
  rain1h: { unit: 'mm', zh: '1小时雨量', en: 'Rain 1 h', min: 0, max: 400, digits: 1 },
  rain24h: { unit: 'mm', zh: '24小时雨量', en: 'Rain 24 h', min: 0, max: 2000, digits: 1 },
  visibility: { unit: 'm', zh: '能见度', en: 'Visibility', min: 0, max: 100_000, digits: 0 },
  pressure: { unit: 'hPa', zh: '气压', en: 'Pressure', min: 400, max: 1100, digits: 1 },
  aqi: { unit: '', zh: '空气质量指数', en: 'AQI', min: 0, max: 500, digits: 0 },
  pm25: { unit: 'µg/m³', zh: 'PM2.5', en: 'PM2.5', min: 0, max: 2000, digits: 0 },
  pm10: { unit: 'µg/m³', zh: 'PM10', en: 'PM10', min: 0, max: 5000, digits: 0 },
  o3: { unit: 'µg/m³', zh: '臭氧', en: 'O₃', min: 0, max: 1500, digits: 0 },
  no2: { unit: 'µg/m³', zh: '二氧化氮', en: 'NO₂', min: 0, max: 4000, digits: 0 },
  so2: { unit: 'µg/m³', zh: '二氧化硫', en: 'SO₂', min: 0, max: 4000, digits: 0 },
  co: { unit: 'mg/m³', zh: '一氧化碳', en: 'CO', min: 0, max: 150, digits: 1 },
  waterLevel: { unit: 'cm', zh: '积水深度', en: 'Standing water', min: 0, max: 1000, digits: 0 },
  wellGas: { unit: '%LEL', zh: '井下可燃气体', en: 'Gas in well', min: 0, max: 100, digits: 1 },
  noise: { unit: 'dB', zh: '噪声', en: 'Noise', min: 0, max: 160, digits: 0 },
  dust: { unit: 'µg/m³', zh: '扬尘', en: 'Dust', min: 0, max: 10_000, digits: 0 },
  binFill: { unit: '%', zh: '垃圾满溢', en: 'Bin fill', min: 0, max: 100, digits: 0 },
  lampsLit: { unit: '%', zh: '路灯亮灯率', en: 'Lamps lit', min: 0, max: 100, digits: 0 },
} as const satisfies Record<string, Metric>;
export type MetricName = keyof typeof METRICS;

export const isMetric = (name: string): name is MetricName => Object.hasOwn(METRICS, name);

export type AqiGrade = 'excellent' | 'good' | 'light' | 'moderate' | 'heavy' | 'severe';
/** Grade of an air-quality index by HJ 633-2012 (优 0–50, 良 –100, 轻度 –150, 中度 –200, 重度 –300, 严重 above). */
export function aqiGrade(aqi: number): AqiGrade {
  if (aqi <= 50) return 'excellent';
  if (aqi <= 100) return 'good';
  if (aqi <= 150) return 'light';
  if (aqi <= 200) return 'moderate';
  return aqi <= 300 ? 'heavy' : 'severe';
}

/** Wind force (Beaufort, 0–17 as Chinese forecasts count) of a speed in m/s (GB/T 28591-2012). */
export function windForce(ms: number): number {
  const UPPER = [0.2, 1.5, 3.3, 5.4, 7.9, 10.7, 13.8, 17.1, 20.7, 24.4, 28.4, 32.6, 36.9, 41.4, 46.1, 50.9, 56.0];
  const force = UPPER.findIndex((u) => ms <= u + 0.05);
  return force === -1 ? 17 : force;
}

// What a seed lets go wrong, and how often. Where everything goes wrong at once, few stories come to their end; where one
// thing goes wrong again and again, they come far, and meet it at every place.
import type { Random } from '../support/random.ts';
import { CALM, type Weather } from './faults.ts';

export function chooseWeather(random: Random): Weather {
  const kind = random.next();
  if (kind < 0.1) return CALM;
  return kind < 0.5 ? chooseMixed(random) : chooseStorm(random);
}

function chooseMixed(random: Random): Weather {
  return {
    crash: random.pick([0, 0.002, 0.01]),
    pause: random.pick([0, 0, 0.002]),
    loseAnswer: random.pick([0, 0.01, 0.04]),
    refuseConnection: random.pick([0, 0.005, 0.02]),
    fault: random.pick([0, 0, 0.002, 0.01]),
    prone: random.pick([0, 0.1]),
    outage: random.pick([0, 0, 0.002]),
    service: random.pick([0, 0, 0.001, 0.004]),
    delay: random.pick([0, 0, 0.03]),
    skewMs: random.pick([0, 0, 2_000, 30_000]),
  };
}

const STORMS: Partial<Weather>[] = [
  { crash: 0.015 },
  { pause: 0.008 },
  { pause: 0.008 },
  { pause: 0.008, delay: 0.1 },
  { loseAnswer: 0.05 },
  { refuseConnection: 0.03 },
  { fault: 0.01 },
  { prone: 0.1 },
  { outage: 0.003 },
  { service: 0.006 },
  { delay: 0.1 },
  { skewMs: 60_000 },
];

/** One or two kinds of trouble, stronger; the rest is calm. */
function chooseStorm(random: Random): Weather {
  const second = random.chance(0.5) ? random.pick(STORMS) : {};
  return { ...CALM, ...second, ...random.pick(STORMS) };
}

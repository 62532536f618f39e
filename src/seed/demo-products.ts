import type { NewProduct } from '../catalog/index.js';
import { exampleId } from '../platform/openapi/index.js';
import { decodeId } from '../shared/ids.js';

type Row = readonly [
  sku: string,
  name: string,
  price: number,
  stock: number,
  attributes: NewProduct['attributes'],
  about: string,
];

/** The product that the examples of the OpenAPI document order. */
const EXAMPLE_SKU = 'MUG-RED';

/** Prices in pence. */
const inPounds: readonly Row[] = [
  ['TEA-GB-01', 'Breakfast tea, 250 g', 695, 120, { kind: 'tea', origin: 'Assam' }, 'Loose leaves, strong and malty.'],
  ['TEA-GB-02', 'Earl Grey, 250 g', 745, 90, { kind: 'tea', origin: 'Ceylon' }, 'Black tea with oil of bergamot.'],
  [
    'POT-GB-01',
    'Brown Betty teapot, 1 l',
    2995,
    25,
    { kind: 'teapot', color: 'brown' },
    'Red clay that keeps tea warm.',
  ],
];

/** Prices in cents. The list shows the newest first, so these come before the products in pounds. */
const inEuros: readonly Row[] = [
  ['MUG-RED', 'Mug, red', 1199, 200, { kind: 'mug', color: 'red', ml: 300 }, 'Stoneware, safe in the dishwasher.'],
  ['MUG-BLUE', 'Mug, blue', 1199, 180, { kind: 'mug', color: 'blue', ml: 300 }, 'Stoneware, safe in the dishwasher.'],
  ['MUG-WHITE-L', 'Mug, white, large', 1499, 75, { kind: 'mug', color: 'white', ml: 450 }, 'For a long morning.'],
  [
    'CUP-ESP-2',
    'Espresso cups, set of 2',
    1890,
    60,
    { kind: 'cup', color: 'white', ml: 80, pieces: 2 },
    'Thick walls that hold the heat.',
  ],
  ['BOWL-BLUE', 'Bowl, blue', 1650, 110, { kind: 'bowl', color: 'blue', ml: 600 }, 'For soup, salad or cereal.'],
  [
    'BOWL-RED',
    'Bowl, red',
    1650,
    4,
    { kind: 'bowl', color: 'red', ml: 600 },
    'For soup, salad or cereal. Nearly sold out.',
  ],
  [
    'PLATE-27',
    'Dinner plate, 27 cm',
    1890,
    240,
    { kind: 'plate', color: 'white', cm: 27 },
    'Porcelain with a low rim.',
  ],
  ['PLATE-20', 'Side plate, 20 cm', 1290, 240, { kind: 'plate', color: 'white', cm: 20 }, 'Porcelain with a low rim.'],
  [
    'JUG-GLASS',
    'Jug, glass, 1.5 l',
    2450,
    45,
    { kind: 'jug', material: 'glass', ml: 1500 },
    'Blown glass that takes hot and cold.',
  ],
  ['GLASS-6', 'Tumblers, set of 6', 2990, 55, { kind: 'glass', material: 'glass', ml: 250, pieces: 6 }, 'They stack.'],
  ['TRAY-OAK', 'Tray, oak', 3950, 30, { kind: 'tray', material: 'oak', cm: 45 }, 'Oiled wood with two handles.'],
  [
    'BOARD-OAK',
    'Cutting board, oak',
    4500,
    40,
    { kind: 'board', material: 'oak', cm: 40 },
    'End grain that spares the knife.',
  ],
  [
    'KNIFE-CHEF',
    "Chef's knife, 20 cm",
    8900,
    20,
    { kind: 'knife', material: 'steel', cm: 20 },
    'Carbon steel with a walnut handle.',
  ],
  [
    'PAN-28',
    'Frying pan, 28 cm',
    5990,
    35,
    { kind: 'pan', material: 'iron', cm: 28 },
    'Forged iron, ready to be seasoned.',
  ],
  [
    'POT-3L',
    'Saucepan, 3 l',
    6490,
    28,
    { kind: 'pot', material: 'steel', ml: 3000 },
    'Three layers, works on induction.',
  ],
  [
    'KETTLE-BLK',
    'Kettle, black',
    5490,
    33,
    { kind: 'kettle', color: 'black', ml: 1200 },
    'A slim spout for pouring coffee.',
  ],
  [
    'GRINDER-01',
    'Coffee grinder',
    12900,
    15,
    { kind: 'grinder', material: 'steel' },
    'Turned by hand, with ceramic burrs.',
  ],
  [
    'COFFEE-ESP',
    'Espresso beans, 500 g',
    1290,
    300,
    { kind: 'coffee', roast: 'dark', organic: true },
    'Cocoa and hazelnut.',
  ],
  [
    'COFFEE-FIL',
    'Filter beans, 500 g',
    1390,
    260,
    { kind: 'coffee', roast: 'light', organic: true },
    'Peach and black tea.',
  ],
  [
    'TOWEL-LIN',
    'Tea towel, linen',
    1490,
    150,
    { kind: 'towel', material: 'linen', color: 'grey' },
    'Dries glass without fluff.',
  ],
  [
    'APRON-GRN',
    'Apron, green',
    2890,
    65,
    { kind: 'apron', material: 'cotton', color: 'green' },
    'Heavy cotton with one deep pocket.',
  ],
];

/** A small kitchen shop: enough to search, filter, sort and sell out. */
export const demoProducts: readonly NewProduct[] = [
  ...inPounds.map((row) => productOf(row, 'GBP')),
  ...inEuros.map((row) => productOf(row, 'EUR')),
];

function productOf([sku, name, amount, onHand, attributes, description]: Row, currency: string): NewProduct {
  const id = sku === EXAMPLE_SKU ? decodeId('prd', exampleId('prd')) : undefined;
  return { id, sku, name, description, price: { amount, currency }, attributes, stock: { onHand } };
}

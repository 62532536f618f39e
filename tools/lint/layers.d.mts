type Layers = Readonly<Record<string, readonly string[]>>;
export const modules: Layers;
export const rooms: Layers;
export const around: Layers;

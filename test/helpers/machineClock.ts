/**
 * Milliseconds on a clock that all processes of this machine share and nobody sets: a wall clock was once set by 15 ms in the
 * middle of a measurement.
 */
export const machineNow = (): number => Number(process.hrtime.bigint()) / 1e6;

/** When the clock of `performance.now()` began in this process, by `machineNow`. */
export const machineOriginMs = machineNow() - performance.now();

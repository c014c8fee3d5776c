// Which compiler prints the programs that checksums are made of?

/** Another version of it may print the same program otherwise: then this is to change, so that such sums are not compared. */
export const sourceScheme = 'ts1';

export const sumOf = (seats: readonly { price: number }[], which: readonly number[]) =>
  which.reduce((sum, i) => sum + seats[i]!.price, 0);

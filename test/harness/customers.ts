// The database that most journeys use: people who do not exist, published test numbers.

export const customersSeed = `
CREATE TABLE customers (id int PRIMARY KEY, name text, email text, card text, iban text, notes text, born date, balance numeric);
INSERT INTO customers VALUES
  (1, 'Ada', 'ada.brandt@example.com', '4111 1111 1111 1111', 'DE89 3704 0044 0532 0130 00', 'write to ada.brandt@example.com', '1980-01-02', 10.5),
  (2, 'Luis', 'luis.ortega@example.org', '5555555555554444', NULL, 'SSN 219-09-9999', '1975-05-06', 99);
CREATE TABLE orders (id int PRIMARY KEY, customer_id int, status text);
INSERT INTO orders SELECT n, 1 + n % 2, 'open' FROM generate_series(1, 100) n;
`

/** Anything of it in what a client or an operator sees is a leak. */
export const personalData = [
  'ada.brandt@example.com',
  '4111 1111 1111 1111',
  '4111111111111111',
  'luis.ortega',
  '5555555555554444',
  '219-09-9999',
  '3704 0044',
]

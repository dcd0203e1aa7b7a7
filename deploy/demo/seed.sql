-- People who do not exist, with data that has the shape of the real thing: every number is a published test number or from
-- a range that is never given out.
CREATE TABLE customers (
  id integer PRIMARY KEY,
  name text NOT NULL,
  email text NOT NULL,
  phone text,
  card text,
  iban text,
  notes text,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE orders (
  id integer PRIMARY KEY,
  customer_id integer NOT NULL REFERENCES customers (id),
  item text NOT NULL,
  amount numeric(10, 2) NOT NULL,
  status text NOT NULL DEFAULT 'open'
);
INSERT INTO customers (id, name, email, phone, card, iban, notes) VALUES
  (1, 'Ada Brandt', 'ada.brandt@example.com', '+1 202-555-0143', '4111 1111 1111 1111', 'DE89 3704 0044 0532 0130 00', 'prefers e-mail to ada.brandt@example.com'),
  (2, 'Luis Ortega', 'luis.ortega@example.org', '+1 202-555-0171', '5555 5555 5555 4444', 'GB29 NWBK 6016 1331 9268 19', 'SSN on file: 219-09-9999'),
  (3, 'Mina Kato', 'mina.kato@example.net', '+44 20 7946 0958', '3782 822463 10005', 'FR14 2004 1010 0505 0001 3M02 606', 'calls from 203.0.113.7'),
  (4, 'Tomas Novak', 'tomas.novak@example.com', '+44 20 7946 0102', '6011 1111 1111 1117', NULL, 'left a token in a ticket: ghp_0123456789abcdefABCDEF0123456789abcd'),
  (5, 'Ines Falk', 'ines.falk@example.org', NULL, '2223 0031 2200 3222', 'NL91 ABNA 0417 1643 00', NULL);
INSERT INTO orders (id, customer_id, item, amount, status)
SELECT n, 1 + n % 5, (ARRAY['notebook', 'lamp', 'desk', 'chair'])[1 + n % 4], 10 + (n * 37 % 400), (ARRAY['open', 'paid', 'sent'])[1 + n % 3]
FROM generate_series(1, 40) AS n;

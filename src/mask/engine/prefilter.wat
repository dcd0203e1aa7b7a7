;; The first look at many bytes at once: at which places may a part begin at all?
;;
;; A place may be one where a word begins (not behind a letter or a digit; for words, not behind a letter) with a byte that any part
;; begins with, or where the three bytes from it on are each in the sets of one bucket of the parts that begin inside of words, too.
;; There are seven buckets, a bit each, and the eighth bit is for the bytes that any part begins with. A set is two tables of 16
;; entries, by the low and by the high half of a byte, and a byte is in it where both have the bit.
;; Such a place is asked of a table of four bytes at once, by codes of five bits: one for places with a digit in the eight bytes from
;; them on, one for those without, because many parts have a digit soon and words have not.
;; All that lets some places too many through and never one too few: what is listed is looked at again.
;;
;; The second look, at what was listed: the automaton runs from each place until no part goes on, or until one ends that what is
;; behind it allows. Where the first happens the place goes from the list; where its end needs a word before it, it is marked.
;; Places inside of what one encloses go from the list with it.
;;
;; Memory, by address: the tables of the first look; at 0x50000 what encloses; at 0x90010 the window, with what is before it (one
;; byte of it is asked for); at 0xb0000 the list, 16 bits a place; then the automaton as `automaton.ts` describes it: at 0xd0000
;; `rows`, at 0xd1000 `promiseAt`, at 0xf2000 `entry` and at 0x113000 `plainEntry`, at 0x134000 `promises`, and from 0x234000 on
;; `table`.
(module
  (import "host" "memory" (memory 1))

  ;; tables, at offset 0: the bytes of words by low half, and the bits of the high halves; at 32 three pairs of 16 + 16 bytes for the
  ;; first to the third byte; at 512 the code of each first byte; at 1024 what may begin at places without a digit soon, and 0x20000
  ;; further at those with one: the low five bits of the second to the fourth byte are the number of a word of 32 bits, and the
  ;; code of the first is the number of a bit in it. at: the first place. end: the one after the last place. list: where
  ;; offsets of places from `base` go. Reads up to 32 bytes behind `end`. Returns how many were listed.
  ;; Every byte is looked at once: what is seen of sixteen is kept for the next sixteen, and moved to where it is asked for.
  (func (export "find")
    (param $base i32) (param $at i32) (param $end i32) (param $list i32) (result i32)
    (local $to i32) (local $mask i32) (local $place i32) (local $word i32) (local $four i32) (local $soon i32) (local $near i32) (local $starts i32)
    (local $zero v128) (local $low v128) (local $x v128) (local $high v128) (local $in v128)
    (local $inLow v128) (local $inHigh v128)
    (local $l1 v128) (local $h1 v128) (local $l2 v128) (local $h2 v128) (local $l3 v128) (local $h3 v128)
    ;; Of these sixteen bytes and of the next, a bit each: not of a word, a digit; and in the sets of each position.
    (local $w0 i32) (local $d0 i32) (local $p1 v128) (local $p2 v128) (local $p3 v128)
    (local $w1 i32) (local $d1 i32) (local $n1 v128) (local $n2 v128) (local $n3 v128)
    (local.set $low (i8x16.splat (i32.const 15)))
    (local.set $to (local.get $list))
    (local.set $inLow (v128.load (i32.const 0)))
    (local.set $inHigh (v128.load offset=16 (i32.const 0)))
    (local.set $l1 (v128.load offset=32 (i32.const 0)))
    (local.set $h1 (v128.load offset=48 (i32.const 0)))
    (local.set $l2 (v128.load offset=64 (i32.const 0)))
    (local.set $h2 (v128.load offset=80 (i32.const 0)))
    (local.set $l3 (v128.load offset=96 (i32.const 0)))
    (local.set $h3 (v128.load offset=112 (i32.const 0)))
    ;; The sixteen bytes before: only what is not of a word counts. Then the first sixteen.
    (local.set $at (i32.sub (local.get $at) (i32.const 32)))
    (block $done
      (loop $blocks
        (local.set $x (v128.load offset=16 (local.get $at)))
        (local.set $high (i8x16.shr_u (local.get $x) (i32.const 4)))
        (local.set $d1
          (i8x16.bitmask
            (i8x16.lt_u (i8x16.sub (local.get $x) (i8x16.splat (i32.const 48))) (i8x16.splat (i32.const 10)))))
        (local.set $x (v128.and (local.get $x) (local.get $low)))
        (local.set $w1
          (i8x16.bitmask
            (i8x16.eq
              (local.get $zero)
              (v128.and
                (i8x16.relaxed_swizzle (local.get $inLow) (local.get $x))
                (i8x16.relaxed_swizzle (local.get $inHigh) (local.get $high))))))
        (local.set $n1
          (v128.and
            (i8x16.relaxed_swizzle (local.get $l1) (local.get $x))
            (i8x16.relaxed_swizzle (local.get $h1) (local.get $high))))
        (local.set $n2
          (v128.and
            (i8x16.relaxed_swizzle (local.get $l2) (local.get $x))
            (i8x16.relaxed_swizzle (local.get $h2) (local.get $high))))
        (local.set $n3
          (v128.and
            (i8x16.relaxed_swizzle (local.get $l3) (local.get $x))
            (i8x16.relaxed_swizzle (local.get $h3) (local.get $high))))
        (if (i32.ge_s (i32.sub (local.get $at) (local.get $base)) (i32.const 0))
          (then
            (local.set $in
              (v128.and
                (local.get $p1)
                (v128.and
                  (i8x16.shuffle 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 (local.get $p2) (local.get $n2))
                  (i8x16.shuffle 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 (local.get $p3) (local.get $n3)))))
            (local.set $mask
              (i32.and
                (i32.or
                  (i32.and
                    (i32.or (i32.shl (local.get $w0) (i32.const 1)) (local.get $starts))
                    (i8x16.bitmask (local.get $p1)))
                  (i32.xor (i32.const 0xffff) (i8x16.bitmask (i8x16.eq (local.get $in) (local.get $zero)))))
                (i32.const 0xffff)))
            ;; A digit at the place or in the seven bytes behind it: of sixteen places and the next sixteen, by doubling.
            (local.set $near (i32.or (local.get $d0) (i32.shl (local.get $d1) (i32.const 16))))
            (local.set $near (i32.or (local.get $near) (i32.shr_u (local.get $near) (i32.const 1))))
            (local.set $near (i32.or (local.get $near) (i32.shr_u (local.get $near) (i32.const 2))))
            (local.set $near (i32.or (local.get $near) (i32.shr_u (local.get $near) (i32.const 4))))
            (block $empty
              (loop $places
                (br_if $empty (i32.eqz (local.get $mask)))
                (local.set $place (i32.ctz (local.get $mask)))
                (local.set $mask (i32.and (local.get $mask) (i32.sub (local.get $mask) (i32.const 1))))
                (local.set $soon (i32.and (i32.shr_u (local.get $near) (local.get $place)) (i32.const 1)))
                (local.set $place (i32.add (local.get $at) (local.get $place)))
                (local.set $four (i32.load (local.get $place)))
                (local.set $word
                  (i32.or
                    (i32.or
                      (i32.shl (local.get $soon) (i32.const 17))
                      (i32.and (i32.shr_u (local.get $four) (i32.const 6)) (i32.const 0x7c)))
                    (i32.or
                      (i32.and (i32.shr_u (local.get $four) (i32.const 9)) (i32.const 0xf80))
                      (i32.and (i32.shr_u (local.get $four) (i32.const 12)) (i32.const 0x1f000)))))
                ;; Written in any case, and kept when it begins: what a branch would be wrong about so often costs more.
                (i32.store16 (local.get $to) (i32.sub (local.get $place) (local.get $base)))
                (local.set $to
                  (i32.add
                    (local.get $to)
                    (i32.shl
                      (i32.and
                        (i32.shr_u
                          (i32.load offset=1024 (local.get $word))
                          (i32.load8_u offset=512 (i32.and (local.get $four) (i32.const 0xff))))
                        (i32.const 1))
                      (i32.const 1))))
                (br $places)))))
        (local.set $starts (i32.shr_u (local.get $w0) (i32.const 15)))
        (local.set $w0 (local.get $w1))
        (local.set $d0 (local.get $d1))
        (local.set $p1 (local.get $n1))
        (local.set $p2 (local.get $n2))
        (local.set $p3 (local.get $n3))
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (br_if $blocks (i32.lt_s (i32.sub (local.get $at) (local.get $end)) (i32.const 0)))))
    (i32.shr_u (i32.sub (local.get $to) (local.get $list)) (i32.const 1)))

  ;; gate: where the first cells are, at the byte before and the first one. count: of places. end: the address behind the last
  ;; byte that is known. column: bytes from the cells of one byte to those of the next. A place whose run is not over at the end stays, and so does one after 48 bytes, marked when only parts go
  ;; on that need a word. Returns how many stay, and times 65536 how many of the places looked at enclose something: 32 bits each at
  ;; 0x50000, the place, and the one behind what it encloses.
  (func (export "sift") (param $gate i32) (param $count i32) (param $end i32) (param $column i32) (result i32)
    (local $from i32) (local $to i32) (local $stop i32) (local $place i32) (local $at i32) (local $last i32)
    (local $cell i32) (local $promise i32) (local $marks i32)
    ;; Addresses: what the run's place encloses ends there, and what some place before it does; where the next pair goes.
    (local $encloses i32) (local $enclosed i32) (local $pairs i32)
    (local.set $from (i32.const 0xb0000))
    (local.set $to (local.get $from))
    (local.set $pairs (i32.const 0x50000))
    (local.set $stop (i32.add (local.get $from) (i32.shl (local.get $count) (i32.const 1))))
    (block $done
      (loop $places
        (br_if $done (i32.ge_u (local.get $from) (local.get $stop)))
        (local.set $place (i32.load16_u (local.get $from)))
        (local.set $from (i32.add (local.get $from) (i32.const 2)))
        (local.set $at (i32.add (local.get $place) (i32.const 0x90010)))
        (br_if $places (i32.lt_u (local.get $at) (local.get $enclosed)))
        (local.set $cell
          (i32.load16_u
            (i32.add
              (local.get $gate)
              (i32.shl
                (i32.add
                  (i32.load offset=0xd0000
                    (i32.shl (i32.load8_u (i32.sub (local.get $at) (i32.const 1))) (i32.const 2)))
                  (i32.load8_u (local.get $at)))
                (i32.const 1)))))
        (local.set $marks (i32.const 0))
        (local.set $encloses (i32.const 0))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (local.set $last (i32.add (local.get $at) (i32.const 48)))
        (if (i32.gt_u (local.get $last) (local.get $end)) (then (local.set $last (local.get $end))))
        (block $keep
          (block $over
            (loop $run
              (if (i32.eqz (i32.and (local.get $cell) (i32.const 1)))
                (then
                  (br_if $over (i32.eq (local.get $cell) (i32.const 2)))
                  (br_if $keep (i32.eqz (local.get $cell)))
                  (br_if $keep (i32.ge_u (local.get $at) (local.get $end)))
                  (local.set $cell (i32.add (local.get $cell) (i32.const 1)))
                  (local.set $promise
                    (i32.load8_u offset=0x134000
                      (i32.add
                        (i32.and
                          (i32.load offset=0xd0ffe (i32.shl (local.get $cell) (i32.const 1)))
                          (i32.const 0x7fffffff))
                        (i32.load8_u (local.get $at)))))
                  (br_if $keep (i32.and (local.get $promise) (i32.const 2)))
                  (local.set $marks (i32.or (local.get $marks) (local.get $promise)))
                  (if (i32.and (local.get $promise) (i32.const 4)) (then (local.set $encloses (local.get $at))))))
              (if (i32.ge_u (local.get $at) (local.get $last))
                (then
                  (br_if $keep (i32.ge_u (local.get $at) (local.get $end)))
                  (br_if $keep (i32.ge_s (i32.load offset=0xd0ffe (i32.shl (local.get $cell) (i32.const 1))) (i32.const 0)))
                  (local.set $marks (i32.const 1))
                  (br $over)))
              (local.set $cell
                (i32.load16_u offset=0x233fff
                  (i32.add (local.get $cell) (i32.mul (i32.load8_u (local.get $at)) (local.get $column)))))
              (local.set $at (i32.add (local.get $at) (i32.const 1)))
              (br $run)))
          ;; No part goes on, or none that needs no word.
          (if (local.get $encloses)
            (then
              (local.set $enclosed (local.get $encloses))
              (i32.store (local.get $pairs)
                (i32.or
                  (local.get $place)
                  (i32.shl (i32.sub (local.get $enclosed) (i32.const 0x90010)) (i32.const 16))))
              (local.set $pairs (i32.add (local.get $pairs) (i32.const 4)))))
          (br_if $places (i32.eqz (i32.and (local.get $marks) (i32.const 1))))
          (local.set $place (i32.or (local.get $place) (i32.const 0x8000))))
        (i32.store16 (local.get $to) (local.get $place))
        (local.set $to (i32.add (local.get $to) (i32.const 2)))
        (br $places)))
    (i32.or
      (i32.shr_u (i32.sub (local.get $to) (i32.const 0xb0000)) (i32.const 1))
      (i32.shl (i32.sub (local.get $pairs) (i32.const 0x50000)) (i32.const 14)))))

//! claims.csv of two runs, case by case: A's rows in memory, B's read past them.

use super::figures::{Exact, same};
use super::methods::MethodRule;
use super::tables::{Rows, of_pool};
use super::{CaseChange, CaseChanges, CaseFigures, Reason, ReasonSum, not_whole};
use crate::error::Failure;
use crate::verify::sheets::malformed;
use csv::ByteRecord;
use dianzhi_core::Text;
use rustc_hash::FxHasher;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::hash::Hasher;
use std::path::Path;

/// The columns that are compared, where a run has them.
const COLUMNS: [&str; 17] = [
    "setl_id",
    "fixmedins_code",
    "insutype",
    "pool",
    "group_code",
    "case_class",
    "cost_ratio",
    "points",
    "standard",
    "others",
    "due",
    "factor",
    "route",
    "apart_cost",
    "apart_due",
    "points_before",
    "adjustment",
];
/// Of these every run has so many.
const IN_EVERY_RUN: usize = 11;
const SETL_ID: usize = 0;
const HOSPITAL: usize = 1;
const INSUTYPE: usize = 2;
const POOL: usize = 3;
const GROUP: usize = 4;
const CLASS: usize = 5;
const RATIO: usize = 6;
const POINTS: usize = 7;
const STANDARD: usize = 8;
const OTHERS: usize = 9;
const DUE: usize = 10;
/// Empty of an ungrouped case, and in a run whose policy has no `[auxiliary]`.
const FACTOR: usize = 11;
/// Empty in a run whose policy has no routes.
const ROUTE: usize = 12;
/// Empty in a run whose policy pays nothing apart.
const APART_COST: usize = 13;
const APART_DUE: usize = 14;
/// Empty in a run whose policy has no rule that changes points.
const POINTS_BEFORE: usize = 15;
const ADJUSTMENT: usize = 16;

type Fields<'a> = [&'a [u8]; COLUMNS.len()];

/// Whether a fen can come from the largest remainder alone: one of the policies hands out fen so,
/// and the pool's point value is the same.
pub(super) struct RemainderRule {
    largest: bool,
    same_value: BTreeMap<Vec<u8>, bool>,
}

impl RemainderRule {
    pub(super) fn new(policies: &[toml::Table; 2], pools: &[Rows; 2]) -> RemainderRule {
        let is_largest = |policy: &toml::Table| {
            let rule = policy.get("rounding").and_then(|rounding| rounding.get("remainder"));
            rule.and_then(toml::Value::as_str) == Some("largest-remainder")
        };
        let value = |rows, pool: &str| of_pool(rows, pool, "point_value").map(str::as_bytes);
        let same_value = pools[0].names().map(|pool| {
            let both = (value(&pools[0], pool), value(&pools[1], pool));
            let is_same = matches!(both, (Some(a), Some(b)) if same(a, b));
            (pool.as_bytes().to_vec(), is_same)
        });
        RemainderRule {
            largest: policies.iter().any(is_largest),
            same_value: same_value.collect(),
        }
    }

    fn allows(&self, a: &Fields<'_>, b: &Fields<'_>) -> bool {
        let fen = Exact::read(b"0.01").unwrap_or_default();
        let apart = exact(b[STANDARD]).minus(&exact(a[STANDARD])).abs();
        self.largest && apart == fen && self.same_value.get(a[POOL]).copied().unwrap_or(false)
    }
}

fn exact(text: &[u8]) -> Exact {
    Exact::read(text).unwrap_or_default()
}

/// The claims.csv of a run.
pub(super) struct Sheet<'a> {
    run_dir: &'a Path,
}

impl<'a> Sheet<'a> {
    pub(super) fn new(run_dir: &'a Path) -> Sheet<'a> {
        Sheet { run_dir }
    }

    /// Hands every row to `each`, its fields in the order of [`COLUMNS`].
    fn for_each_case(&self, mut each: impl FnMut(&Fields<'_>)) -> Result<(), Failure> {
        let path = self.run_dir.join("claims.csv");
        let not_whole = |why: &Text| not_whole(self.run_dir, why);
        let malformed = |e: &csv::Error| not_whole(&malformed("claims.csv", e));
        let mut reader = csv::ReaderBuilder::new()
            .buffer_capacity(1 << 20)
            .from_path(&path)
            .map_err(|e| malformed(&e))?;
        let header = reader.byte_headers().map_err(|e| malformed(&e))?;
        let at = COLUMNS.map(|name| header.iter().position(|heading| heading == name.as_bytes()));
        if let Some(missing) = at[..IN_EVERY_RUN].iter().position(Option::is_none) {
            let name = COLUMNS[missing];
            let why = Text::new(
                format!("claims.csv 没有列 {name}"),
                format!("claims.csv has no column {name}"),
            );
            return Err(not_whole(&why));
        }
        let mut record = ByteRecord::new();
        while reader.read_byte_record(&mut record).map_err(|e| malformed(&e))? {
            each(&at.map(|at| at.and_then(|at| record.get(at)).unwrap_or_default()));
        }
        Ok(())
    }
}

/// A's rows: every field behind its length, and an index by the hash of `setl_id`.
struct Held {
    bytes: Vec<u8>,
    starts: Vec<u64>,
    index: Vec<(u64, u32)>,
    met: Vec<bool>,
}

/// Appends a record in the form in which rows are held.
fn pack(record: &Fields<'_>, out: &mut Vec<u8>) {
    for field in record {
        let mut length = field.len();
        // Seven bits a byte, the lowest first.
        loop {
            let low = u8::try_from(length & 0x7f).unwrap_or_default();
            length >>= 7;
            out.push(low | if length > 0 { 0x80 } else { 0 });
            if length == 0 {
                break;
            }
        }
        out.extend_from_slice(field);
    }
}

fn unpack(mut bytes: &[u8]) -> Fields<'_> {
    let mut fields = [&bytes[..0]; COLUMNS.len()];
    for field in &mut fields {
        let (mut length, mut shift) = (0usize, 0);
        while let Some((&byte, rest)) = bytes.split_first() {
            bytes = rest;
            length |= usize::from(byte & 0x7f) << shift;
            shift += 7;
            if byte & 0x80 == 0 {
                break;
            }
        }
        (*field, bytes) = bytes.split_at(length.min(bytes.len()));
    }
    fields
}

fn hash(id: &[u8]) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(id);
    hasher.finish()
}

impl Held {
    fn read(sheet: &Sheet<'_>) -> Result<Held, Failure> {
        let mut held = Held {
            bytes: Vec::new(),
            starts: vec![0],
            index: Vec::new(),
            met: Vec::new(),
        };
        sheet.for_each_case(|record| {
            let row = u32::try_from(held.index.len()).unwrap_or(u32::MAX);
            pack(record, &mut held.bytes);
            held.starts.push(held.bytes.len() as u64);
            held.index.push((hash(record[SETL_ID]), row));
        })?;
        held.index.sort_unstable();
        held.met = vec![false; held.index.len()];
        Ok(held)
    }

    fn row(&self, row: usize) -> &[u8] {
        let at = |i: usize| self.starts.get(i).and_then(|&at| usize::try_from(at).ok());
        match (at(row), at(row + 1)) {
            (Some(from), Some(to)) => &self.bytes[from..to],
            _ => &[],
        }
    }

    /// The row of an id that was not met yet; `near` is looked at first, for runs of the same
    /// inputs have their rows in the same order.
    fn find(&self, id: &[u8], near: usize) -> Option<usize> {
        let is_it = |row: usize| !self.met[row] && unpack(self.row(row))[SETL_ID] == id;
        if near < self.met.len() && is_it(near) {
            return Some(near);
        }
        let hash = hash(id);
        let from = self.index.partition_point(|entry| entry.0 < hash);
        let same_hash = self.index[from..].iter().take_while(|entry| entry.0 == hash);
        same_hash.map(|entry| entry.1 as usize).find(|&row| is_it(row))
    }
}

pub(super) fn compare(
    [a, b]: &[Sheet<'_>; 2],
    remainder: &RemainderRule,
    methods: &MethodRule,
    top: usize,
) -> Result<CaseChanges, Failure> {
    let mut held = Held::read(a)?;
    let mut changes = CaseChanges::default();
    let mut sums: BTreeMap<Reason, (u64, Exact)> = BTreeMap::new();
    let mut largest = Largest {
        top,
        heap: BinaryHeap::new(),
    };
    let mut packed = Vec::new();
    let mut near = 0;
    b.for_each_case(|record| {
        let Some(row) = held.find(record[SETL_ID], near) else {
            changes.only_in_b += 1;
            return;
        };
        held.met[row] = true;
        near = row + 1;
        packed.clear();
        pack(record, &mut packed);
        if held.row(row) == packed {
            changes.same += 1;
            return;
        }
        let (a, b) = (unpack(held.row(row)), unpack(&packed));
        let Some(reason) = reason(&a, &b, remainder, methods) else {
            changes.same += 1;
            return;
        };
        changes.changed += 1;
        let due = |fields: &Fields<'_>| exact(fields[DUE]).plus(&exact(fields[APART_DUE]));
        let delta = due(&b).minus(&due(&a));
        let (cases, sum) = sums.entry(reason).or_default();
        *cases += 1;
        *sum = sum.plus(&delta.abs());
        largest.offer(reason, &delta, &a, &b);
    })?;
    changes.only_in_a = held.met.iter().filter(|met| !**met).count() as u64;
    changes.reasons = sums
        .into_iter()
        .map(|(reason, (cases, sum))| ReasonSum {
            reason,
            cases,
            due_moved: sum.to_string(),
        })
        .collect();
    changes.largest = largest.into_sorted();
    Ok(changes)
}

/// No factor is a factor of 1.
fn factor<'a>(fields: &Fields<'a>) -> &'a [u8] {
    match fields[FACTOR] {
        b"" => b"1",
        factor => factor,
    }
}

/// The points as priced, whatever rules made of them.
fn priced<'a>(fields: &Fields<'a>) -> &'a [u8] {
    match fields[POINTS_BEFORE] {
        b"" => fields[POINTS],
        before => before,
    }
}

/// The first thing that changed; `None` where only the writing did.
fn reason(a: &Fields<'_>, b: &Fields<'_>, remainder: &RemainderRule, methods: &MethodRule) -> Option<Reason> {
    // What is paid in money has no points that a point value could price.
    let in_money = |fields: &Fields<'_>| same(fields[POINTS], b"0") && !same(fields[STANDARD], b"0");
    let by_method = matches!(b[CLASS], b"per-diem" | b"by-disease" | b"by-item");
    let text = |column: usize| a[column] != b[column];
    let figure = |column: usize| !same(a[column], b[column]);
    let items = exact(a[APART_COST]) != exact(b[APART_COST]) || exact(a[APART_DUE]) != exact(b[APART_DUE]);
    let other_route = !a[ROUTE].is_empty() && !b[ROUTE].is_empty() && text(ROUTE);
    Some(if text(INSUTYPE) || text(HOSPITAL) {
        Reason::Claim
    } else if items && methods.other_items(a[ROUTE], b[ROUTE]) {
        if other_route { Reason::Route } else { Reason::Apart }
    } else if figure(OTHERS) && methods.other_funds(a[POOL], b[POOL]) {
        if text(POOL) { Reason::Pool } else { Reason::Funds }
    } else if figure(OTHERS) || items {
        Reason::Claim
    } else if other_route {
        Reason::Route
    } else if text(POOL) {
        Reason::Pool
    } else if text(GROUP) {
        Reason::Group
    } else if factor(a) != factor(b) {
        Reason::Factor
    } else if text(CLASS) {
        Reason::Class
    } else if figure(POINTS) && (text(ADJUSTMENT) || same(priced(a), priced(b))) {
        Reason::Adjustment
    } else if (figure(RATIO) || figure(POINTS)) && by_method {
        of_method(b[CLASS])
    } else if (figure(RATIO) || figure(POINTS))
        && let Some(reason) = methods.of_method(b[ROUTE])
    {
        reason
    } else if figure(RATIO) {
        Reason::Ratio
    } else if figure(POINTS) {
        Reason::Points
    } else if figure(STANDARD) && (in_money(a) || in_money(b)) {
        of_method(b[CLASS])
    } else if figure(STANDARD) {
        if remainder.allows(a, b) {
            Reason::Remainder
        } else {
            Reason::PointValue
        }
    } else if figure(DUE) {
        Reason::Due
    } else {
        return None;
    })
}

/// What a method makes of a case has changed.
fn of_method(class: &[u8]) -> Reason {
    match class {
        b"per-diem" => Reason::Rate,
        b"by-disease" => Reason::Price,
        b"by-item" => Reason::Items,
        _ => Reason::MethodFactor,
    }
}

/// The changes of the largest size, ties by `setl_id`.
struct Largest {
    top: usize,
    /// The one to leave first on top.
    heap: BinaryHeap<Reverse<Entry>>,
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    size: Exact,
    id: Reverse<Vec<u8>>,
    change: Boxed,
}

/// Takes no part in the order.
struct Boxed(Box<CaseChange>);

impl PartialEq for Boxed {
    fn eq(&self, _: &Boxed) -> bool {
        true
    }
}

impl Eq for Boxed {}

impl PartialOrd for Boxed {
    fn partial_cmp(&self, other: &Boxed) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Boxed {
    fn cmp(&self, _: &Boxed) -> std::cmp::Ordering {
        std::cmp::Ordering::Equal
    }
}

impl Largest {
    fn offer(&mut self, reason: Reason, delta: &Exact, a: &Fields<'_>, b: &Fields<'_>) {
        let size = delta.abs();
        let is_full = self.heap.len() >= self.top;
        let id = Reverse(a[SETL_ID].to_vec());
        if is_full
            && self
                .heap
                .peek()
                .is_none_or(|least| (&least.0.size, &least.0.id) >= (&size, &id))
        {
            return;
        }
        if is_full {
            self.heap.pop();
        }
        let change = CaseChange {
            setl_id: text(a[SETL_ID]),
            reason,
            due_delta: delta.to_string(),
            old: figures(a),
            new: figures(b),
        };
        self.heap.push(Reverse(Entry {
            size,
            id,
            change: Boxed(Box::new(change)),
        }));
    }

    fn into_sorted(self) -> Vec<CaseChange> {
        // Ascending in `Reverse`: the largest first.
        let entries = self.heap.into_sorted_vec();
        entries.into_iter().map(|Reverse(entry)| *entry.change.0).collect()
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn figures(fields: &Fields<'_>) -> CaseFigures {
    let of = |column: usize| text(fields[column]);
    CaseFigures {
        fixmedins_code: of(HOSPITAL),
        insutype: of(INSUTYPE),
        pool: of(POOL),
        group_code: of(GROUP),
        case_class: of(CLASS),
        cost_ratio: of(RATIO),
        points: of(POINTS),
        standard: of(STANDARD),
        others: of(OTHERS),
        due: of(DUE),
        factor: of(FACTOR),
        apart_cost: of(APART_COST),
        apart_due: of(APART_DUE),
        points_before: of(POINTS_BEFORE),
        adjustment: of(ADJUSTMENT),
    }
}

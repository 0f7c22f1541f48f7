//! What in a budget tree contradicts itself.

use super::breaches::Breaches;
use super::budget::Written;
use super::{BUDGET_FEN_MAX, BUDGETS_MAX, BreachKind, Budget, Policy};
use rust_decimal::Decimal;

/// Insurance types of employees 职工 and of residents 居民 in the national code table: their funds
/// are accounted apart.
pub(super) const EMPLOYEE: [&str; 1] = ["310"];
pub(super) const RESIDENT: [&str; 3] = ["390", "391", "392"];

impl Breaches {
    pub(super) fn budgets(&mut self, policy: &Policy) {
        if policy.budgets.len() > BUDGETS_MAX {
            let (zh, en) = (format!("至多 {BUDGETS_MAX} 个"), format!("at most {BUDGETS_MAX} nodes"));
            self.range("budget", policy.budgets.len(), &zh, &en);
            self.remedy(
                "合并预算：只写资金池之上真正分开核算的各级",
                "join nodes: write the levels only that are accounted apart",
            );
            return;
        }
        let written = policy.written();
        for (i, node) in policy.budgets.iter().enumerate() {
            self.node(policy, i, node);
            if is_whole(policy) {
                self.children(policy, i, node);
            }
        }
        for one in &written {
            self.changes(one);
        }
        for (i, pool) in policy.pools.iter().enumerate() {
            let key = format!("pool[{i}]");
            match &pool.of {
                Some(of) => self.parent(policy, &key, of),
                None if pool.share.is_some() && policy.budgets.is_empty() => {
                    let share = pool.share.unwrap_or_default();
                    self.range(&format!("{key}.share"), share, "与 of 同写", "written beside an of");
                    self.remedy(
                        "写 of 指明上级 [[budget]]，或改写 budget",
                        "name the [[budget]] above by of, or write a budget instead",
                    );
                }
                None if !policy.budgets.is_empty() => {
                    self.range(
                        &format!("{key}.of"),
                        "\"\"",
                        "为某个 [[budget]] 的 id：有 [[budget]] 时每个资金池都有上级",
                        "the id of a [[budget]]: where there are any, every pool has a parent",
                    );
                    self.known("", policy.budgets.iter().map(|node| &node.id));
                }
                None => {}
            }
        }
        if self.is_empty() && !policy.budgets.is_empty() {
            // What follows needs a tree.
            self.cycles(policy);
        }
        if self.is_empty() {
            self.insurance_types(policy);
            self.sums(policy, &written);
        }
    }

    fn node(&mut self, policy: &Policy, i: usize, node: &Budget) {
        let key = |name: &str| format!("budget[{i}].{name}");
        if node.id.is_empty() {
            self.no_name(&key("id"));
        }
        if let Some(j) = policy.budgets[..i].iter().position(|other| other.id == node.id) {
            self.twice(&key("id"), &format!("budget[{j}].id"), &node.id);
        }
        if let Some(j) = policy.pools.iter().position(|pool| pool.id == node.id) {
            self.twice(&key("id"), &format!("pool[{j}].id"), &node.id);
        }
        match &node.of {
            None => {
                if node.insutype.is_empty() {
                    self.range(
                        &key("insutype"),
                        "[]",
                        "列出险种代码（顶层预算必写）",
                        "a list of insutype codes, for this is a root",
                    );
                    self.remedy(
                        "例如 insutype = [\"310\"]；若它有上级，写 of",
                        "as insutype = [\"310\"]; where it has a parent, write of",
                    );
                }
                if let Some(share) = node.share {
                    self.range(
                        &key("share"),
                        share,
                        "改为 amount（顶层预算没有上级）",
                        "an amount instead, for a root has no parent",
                    );
                    self.remedy(
                        "写 amount（元）；若它有上级，写 of",
                        "write an amount in yuan; where it has a parent, write of",
                    );
                }
            }
            Some(of) => {
                self.parent(policy, &format!("budget[{i}]"), of);
                if !node.insutype.is_empty() {
                    self.add(
                        BreachKind::Contradiction,
                        &key("insutype"),
                        Some(&key("of")),
                        "险种只写在顶层预算".to_owned(),
                        "insurance types stand at a root only".to_owned(),
                    );
                }
            }
        }
        match (node.amount, node.share) {
            (Some(_), Some(_)) => self.add(
                BreachKind::Contradiction,
                &key("share"),
                Some(&key("amount")),
                "amount 和 share 只写一个".to_owned(),
                "write an amount or a share, not both".to_owned(),
            ),
            (None, None) if node.grown.is_none() => {
                self.range(
                    &key("id"),
                    format!("\"{}\"", node.id),
                    "写有 amount 或 share",
                    "given an amount or a share",
                );
                self.remedy(
                    "写 amount（元），或有上级时写 share",
                    "write an amount in yuan, or a share where it has a parent",
                );
            }
            (None, None) => {}
            (Some(amount), None) => self.yuan_of_a_year(&key("amount"), amount),
            (None, Some(share)) => self.part(&key("share"), share),
        }
        self.grown_node(policy.rounding.mode, i, node);
    }

    fn children(&mut self, policy: &Policy, i: usize, node: &Budget) {
        let key = |name: &str| format!("budget[{i}].{name}");
        let has_children = |of: &Option<String>| of.as_ref() == Some(&node.id);
        let children = policy.budgets.iter().any(|other| has_children(&other.of))
            || policy.pools.iter().any(|pool| has_children(&pool.of));
        if !children {
            self.range(
                &key("id"),
                format!("\"{}\"", node.id),
                "为某个 [[pool]] 或 [[budget]] 的 of：没有下级的预算无处可用",
                "the of of a [[pool]] or [[budget]]: a node without children is money for nobody",
            );
            self.remedy(
                "让某个资金池或预算写 of 指向它，或删去它",
                "let a pool or another budget name it by of, or leave it out",
            );
        }
    }

    fn parent(&mut self, policy: &Policy, key: &str, of: &str) {
        if !policy.budgets.iter().any(|node| node.id == of) {
            let known = policy.budgets.iter().map(|node| &node.id);
            self.unknown(&format!("{key}.of"), of, "[[budget]]", known);
        }
    }

    fn part(&mut self, key: &str, share: Decimal) {
        if share <= Decimal::ZERO || share > Decimal::ONE {
            self.range(key, share, "大于 0 且不超过 1", "above 0 and at most 1");
            self.as_share();
        }
    }

    fn changes(&mut self, one: &Written<'_>) {
        if let (Some(share), Some(_)) = (one.share, one.pool) {
            self.part(&format!("{}.share", one.key), share);
        }
        if one.changes.is_empty() {
            return;
        }
        let key = format!("{}.changes", one.key);
        if one.share.is_some() {
            self.add(
                BreachKind::Contradiction,
                &key,
                Some(&format!("{}.share", one.key)),
                "按比例的预算随上级调整，本身不写 changes".to_owned(),
                "a budget by share follows its parent and has no changes of its own".to_owned(),
            );
        }
        for (i, change) in one.changes.iter().enumerate() {
            let add = format!("{key}[{i}].add");
            self.decimals(&add, change.add, 2);
            if change.add.is_zero() {
                self.range(&add, change.add, "不为 0", "other than 0");
                self.remedy(
                    "写增减的元数，或删去这一条",
                    "write what is added or cut, or leave the entry out",
                );
            }
            if change.reason.is_empty() {
                self.range(
                    &format!("{key}[{i}].reason"),
                    "\"\"",
                    "不为空",
                    "a reason that is not empty",
                );
                self.remedy(
                    "写调整的理由与文号",
                    "write the reason of the change, with its document",
                );
            }
        }
        let (_, budget) = one.own();
        if !(0..=i128::from(BUDGET_FEN_MAX)).contains(&budget) {
            let yuan = crate::FenSum(budget);
            self.add(
                BreachKind::OutOfRange,
                &key,
                None,
                format!("调整后预算为 {yuan}，应不小于 0 且不超过 999999999999.99"),
                format!("with its changes the budget is {yuan}; it must stay between 0 and 999999999999.99"),
            );
            self.remedy(
                "核对各次调整的金额和正负号",
                "check the amount and the sign of every change",
            );
        }
    }

    fn cycles(&mut self, policy: &Policy) {
        let position = |id: &str| policy.budgets.iter().position(|node| node.id == id);
        for start in 0..policy.budgets.len() {
            let mut at = start;
            for _ in 0..policy.budgets.len() {
                let Some(above) = policy.budgets[at].of.as_deref().and_then(position) else {
                    break;
                };
                if above == start {
                    self.add(
                        BreachKind::Contradiction,
                        &format!("budget[{start}].of"),
                        Some(&format!("budget[{at}].of")),
                        format!("{} 是自己的上级", policy.budgets[start].id),
                        format!("{} stands above itself", policy.budgets[start].id),
                    );
                    return;
                }
                at = above;
            }
        }
    }

    fn insurance_types(&mut self, policy: &Policy) {
        let roots: Vec<(usize, &Budget)> = policy
            .budgets
            .iter()
            .enumerate()
            .filter(|(_, n)| n.of.is_none())
            .collect();
        let mut before: Vec<(&str, String)> = Vec::new();
        for (i, root) in &roots {
            // One that stands elsewhere already is wrong for that alone.
            let is_new = |code: &str| !before.iter().any(|(earlier, _)| *earlier == code);
            let of = |kind: &[&str]| {
                let mut codes = root.insutype.iter();
                codes.position(|code| kind.contains(&code.as_str()) && is_new(code))
            };
            let mixed = of(&EMPLOYEE).zip(of(&RESIDENT));
            for (k, code) in root.insutype.iter().enumerate() {
                let here = format!("budget[{i}].insutype[{k}]");
                if let Some((_, other)) = before.iter().find(|(earlier, _)| earlier == code) {
                    let other = other.clone();
                    self.twice(&here, &other, code);
                }
                before.push((code, here));
            }
            if let Some((employee, resident)) = mixed {
                self.add(
                    BreachKind::Contradiction,
                    &format!("budget[{i}].insutype[{}]", employee.max(resident)),
                    Some(&format!("budget[{i}].insutype[{}]", employee.min(resident))),
                    "职工与居民基金分别建账、分账核算，不能同属一个顶层预算".to_owned(),
                    "employee and resident funds are accounted apart and cannot stand under one root".to_owned(),
                );
            }
        }
        for (p, pool) in policy.pools.iter().enumerate() {
            let Some((i, root)) = policy.root_of(pool.of.as_deref()) else {
                continue;
            };
            for (k, code) in pool.insutype.iter().enumerate() {
                if !root.insutype.contains(code) {
                    self.add(
                        BreachKind::Contradiction,
                        &format!("pool[{p}].insutype[{k}]"),
                        Some(&format!("budget[{i}].insutype")),
                        format!("险种 {code} 不在顶层预算 {} 的险种中", root.id),
                        format!("the insurance type {code} is none of the root {}", root.id),
                    );
                }
            }
        }
    }

    fn sums(&mut self, policy: &Policy, written: &[Written<'_>]) {
        let tree = policy.budget_tree();
        for (i, node) in policy.budgets.iter().enumerate() {
            let children: Vec<&Written<'_>> = written.iter().filter(|one| one.of == Some(&node.id)).collect();
            let Some((first, last)) = children.first().zip(children.last()) else {
                continue;
            };
            let here = format!("budget[{i}]");
            if let Some(other) = children.iter().find(|one| one.share.is_some() != first.share.is_some()) {
                self.add(
                    BreachKind::Contradiction,
                    &other.amount_key(),
                    Some(&first.amount_key()),
                    format!("{} 的下级要么都写比例，要么都写金额", node.id),
                    format!("the children of {} must all have shares, or all amounts", node.id),
                );
                continue;
            }
            let worth = written
                .iter()
                .find(|one| one.key == here)
                .map_or(here.clone(), Written::amount_key);
            if first.share.is_some() {
                let sum: Decimal = children.iter().filter_map(|child| child.share).sum();
                if sum != Decimal::ONE {
                    self.add(
                        BreachKind::Contradiction,
                        &last.amount_key(),
                        Some(&worth),
                        format!("{} 的下级比例合计 {sum}，应为 1", node.id),
                        format!(
                            "the shares of the children of {} come to {sum}; they must come to 1",
                            node.id
                        ),
                    );
                }
                continue;
            }
            let Some(at) = tree.nodes.iter().position(|one| one.key == here) else {
                continue;
            };
            let below = || tree.nodes.iter().filter(|one| one.parent == Some(at));
            let sums = [
                (
                    tree.nodes[at].before,
                    below().map(|one| one.before).sum::<i128>(),
                    "年初预算",
                    "as the year began",
                ),
                (
                    tree.nodes[at].budget,
                    below().map(|one| one.budget).sum(),
                    "调整后预算",
                    "with its changes",
                ),
            ];
            if let Some((own, sum, zh, en)) = sums.into_iter().find(|(own, sum, ..)| own != sum) {
                let (own, sum) = (crate::FenSum(own), crate::FenSum(sum));
                self.add(
                    BreachKind::Contradiction,
                    &last.amount_key(),
                    Some(&worth),
                    format!("{} 的{zh}为 {own}，下级合计 {sum}，应相等到分", node.id),
                    format!(
                        "{} has {own} {en}, its children {sum}; they must be equal to the fen",
                        node.id
                    ),
                );
            }
        }
    }
}

/// Whether every pool names a parent, and every parent that is named is there.
fn is_whole(policy: &Policy) -> bool {
    let is_known = |of: &str| policy.budgets.iter().any(|node| node.id == of);
    let nodes = policy
        .budgets
        .iter()
        .all(|node| node.of.as_deref().is_none_or(is_known));
    nodes && policy.pools.iter().all(|pool| pool.of.as_deref().is_some_and(is_known))
}

impl Policy {
    /// The root above a node, and its position.
    fn root_of(&self, of: Option<&str>) -> Option<(usize, &Budget)> {
        let mut id = of?;
        for _ in 0..=self.budgets.len() {
            let at = self.budgets.iter().position(|node| node.id == id)?;
            match &self.budgets[at].of {
                None => return Some((at, &self.budgets[at])),
                Some(above) => id = above,
            }
        }
        None
    }
}

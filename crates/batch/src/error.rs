//! Why a run stops.

use crate::codes::{A101, A102, A103, A104, A111, Code, F101, F105, F106, I101, T121};
use dianzhi_core::{BrokenIdentity, ClearingError, PoolError, Text};
use dianzhi_policy::{Diagnostic, Diagnostics, Place, Region};
use std::io;
use std::path::{Path, PathBuf};

/// Why a run published nothing.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The inputs, the policy, the machine or the wish cannot be settled (exit 2).
    #[error("{0}")]
    Refused(Diagnostics),
    /// More rows were rejected than allowed (exit 2); the rejects stay in the work folder.
    #[error("{}", .diagnostic.text)]
    TooManyRejects {
        /// What was found.
        diagnostic: Box<Diagnostic>,
        /// The work folder that holds rejects.csv.
        kept: Option<PathBuf>,
    },
    /// An identity does not hold (exit 3); the work folder is kept.
    #[error("{}", .identities.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Broken {
        /// The identities.
        identities: Vec<BrokenIdentity>,
        /// The work folder.
        kept: Option<PathBuf>,
    },
    /// The user stopped it (exit 130).
    #[error("interrupted")]
    Interrupted,
}

impl Failure {
    /// The exit code of a command that ends so.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            Failure::Refused(_) | Failure::TooManyRejects { .. } => 2,
            Failure::Broken { .. } => 3,
            Failure::Interrupted => 130,
        }
    }

    /// What to tell, one by one.
    #[must_use]
    pub fn diagnostics(&self) -> Vec<Diagnostic> {
        match self {
            Failure::Refused(diagnostics) => diagnostics.0.clone(),
            Failure::TooManyRejects { diagnostic, .. } => vec![(**diagnostic).clone()],
            Failure::Broken { identities, .. } => identities.iter().map(broken).collect(),
            Failure::Interrupted => Vec::new(),
        }
    }
}

fn broken(identity: &BrokenIdentity) -> Diagnostic {
    let BrokenIdentity {
        pool,
        identity: name,
        left,
        right,
    } = identity;
    error(
        I101,
        Text::new(
            format!("资金池 {pool}：恒等式“{name}”不成立（{left} 与 {right}）"),
            identity.to_string(),
        ),
        Text::new(
            "这是程序的缺陷，不是数据的问题；没有发布任何结果。请报告开发者，并附上保留的工作目录（如有）",
            "this is a defect of the engine, not of the data; nothing was published. Please report it, with the work folder if one is kept",
        ),
    )
}

impl From<Diagnostic> for Failure {
    fn from(diagnostic: Diagnostic) -> Failure {
        Failure::Refused(Diagnostics(vec![diagnostic]))
    }
}

impl From<Diagnostics> for Failure {
    fn from(diagnostics: Diagnostics) -> Failure {
        Failure::Refused(diagnostics)
    }
}

impl From<Vec<Diagnostic>> for Failure {
    fn from(diagnostics: Vec<Diagnostic>) -> Failure {
        Failure::Refused(Diagnostics(diagnostics))
    }
}

/// An error of this crate's catalogue.
pub(crate) fn error(code: Code, text: Text, help: Text) -> Diagnostic {
    Diagnostic::error(code.id, text, help)
}

/// A warning of this crate's catalogue.
pub(crate) fn warning(code: Code, text: Text, help: Text) -> Diagnostic {
    Diagnostic::warning(code.id, text, help)
}

/// A line of a file, without an excerpt.
pub(crate) fn place(file: &str, line: u64) -> Place {
    Place {
        file: file.to_owned(),
        line,
        column: None,
        excerpt: None,
    }
}

/// The operating system's reason in Chinese, where it is one of the usual ones.
fn reason_zh(source: &io::Error) -> String {
    match source.kind() {
        io::ErrorKind::NotFound => "文件或目录不存在".to_owned(),
        io::ErrorKind::PermissionDenied => "没有权限".to_owned(),
        io::ErrorKind::IsADirectory => "这是一个目录".to_owned(),
        io::ErrorKind::NotADirectory => "路径中有一段不是目录".to_owned(),
        io::ErrorKind::AlreadyExists => "已存在".to_owned(),
        io::ErrorKind::StorageFull => "磁盘已满".to_owned(),
        io::ErrorKind::ReadOnlyFilesystem => "文件系统只读".to_owned(),
        io::ErrorKind::InvalidInput => "路径不是一个目录名".to_owned(),
        _ => source.to_string(),
    }
}

/// A file that cannot be read.
pub(crate) fn unreadable(file: &str, source: &io::Error) -> Diagnostic {
    error(
        F101,
        Text::new(
            format!("读不到文件 {file}：{}", reason_zh(source)),
            format!("cannot read {file}: {source}"),
        ),
        Text::new("检查路径和权限", "check the path and the permissions"),
    )
}

/// An output that cannot be written.
#[must_use]
pub fn unwritable(path: &Path, source: &io::Error) -> Diagnostic {
    let path = path.display();
    error(
        F106,
        Text::new(
            format!("无法写入 {path}：{}", reason_zh(source)),
            format!("cannot write {path}: {source}"),
        ),
        Text::new(
            "检查目录是否存在、可写，磁盘是否有空间；没有发布任何结果",
            "check that the folder exists and is writable and that the disk has room; nothing was published",
        ),
    )
}

/// The run is there, but its name may not be on the disk, and it could not be taken away again.
pub(crate) fn unsynced(path: &Path, source: &io::Error) -> Diagnostic {
    let path = path.display();
    error(
        F106,
        Text::new(
            format!("{path} 已完整写出，但系统没有确认其名称已存盘：{}", reason_zh(source)),
            format!(
                "{path} is there and whole, but the system does not confirm that its name is on the disk: {source}"
            ),
        ),
        Text::new(
            "检查磁盘，用 dianzhi verify 核验该目录后再使用",
            "check the disk, and use the run only after dianzhi verify",
        ),
    )
}

/// A pool without a point value.
pub(crate) fn no_point_value(source: &PoolError, region: &Region) -> Diagnostic {
    let (code, pool, help) = match source {
        PoolError::TooLarge(_) => (A101, None, too_large_help()),
        PoolError::NothingForPoints { pool, .. } if region.policy.pool_clearing.is_some() => (
            A103,
            Some(pool),
            Text::new(
                "这里的可分配总额是 D′：[pool_clearing] 已按统筹记账与预算之差调整，并入基金的结余不再分配。核对记账、[pool_clearing] 的比例和按金额支付的标准，或让按金额支付的病例走另一个资金池",
                "what there is to distribute is D′ here: [pool_clearing] has moved it from the budget towards what was billed. Look at the bills, at the shares of [pool_clearing] and at the prices in money, or route what is paid in money to a pool of its own",
            ),
        ),
        PoolError::NothingForPoints { pool, .. } => (
            A103,
            Some(pool),
            Text::new(
                "增加该池预算，或让按金额支付的病例走另一个资金池（[[route]] 的 pools）",
                "raise the pool's budget, or route what is paid in money to a pool of its own (pools of its [[route]])",
            ),
        ),
        PoolError::PointsBelowZero { pool, .. } => (
            A111,
            Some(pool),
            Text::new(
                "核对 files.penalties 的倍数与病例；一个池的点数合计不能小于 0",
                "check the multiples and the claims of files.penalties; the points of a pool cannot be below 0",
            ),
        ),
        PoolError::NothingToBorrow { pool, of } => (
            A104,
            Some(pool),
            Text::new(
                format!("核对路由：{of} 应有按点数支付的病例；或改写 point_value_of，取另一个池的点值"),
                format!(
                    "look at the routes: {of} should have cases paid by points; or name another pool by point_value_of"
                ),
            ),
        ),
        PoolError::NoFundShare { pool } => (
            A102,
            Some(pool),
            Text::new(
                "检查 hifp_pay 列，或在 fund_share.pool_ratio 写明基金占比",
                "check the hifp_pay column, or state the fund's share in fund_share.pool_ratio",
            ),
        ),
    };
    let mut diagnostic = error(code, source.text(), help);
    if code.id == A111.id
        && let Some(place) = region.place("files.penalties")
    {
        diagnostic = diagnostic.also(place, Text::new("扣点表", "the penalties"));
    }
    match pool.and_then(|pool| budget_of(region, pool)) {
        Some(place) => diagnostic.at(place),
        None => diagnostic,
    }
}

/// Where the budget of a pool, or its share of the one above, is written.
fn budget_of(region: &Region, pool: &str) -> Option<Place> {
    let at = region.policy.pools.iter().position(|known| known.id == pool)?;
    let keys = ["budget", "share", "insured", "id"].map(|name| format!("pool[{at}].{name}"));
    keys.iter().find_map(|key| region.place(key))
}

/// Why the hospitals of a pool cannot be cleared; `caps` is the table that lacks a row.
pub(crate) fn not_cleared(source: &ClearingError, caps: &str) -> Diagnostic {
    match source {
        ClearingError::TooLarge(too_large) => error(A101, too_large.text(), too_large_help()),
        ClearingError::NoCap { .. } => error(
            T121,
            source.text(),
            Text::new(
                "在总额控制指标表中补上该机构；没有指标的按应付清算时写 compare = \"lower\"",
                "add the hospital to the table of caps; with compare = \"lower\" a hospital without a cap is cleared by its due",
            ),
        )
        .at(place(caps, 1)),
    }
}

pub(crate) fn too_large_help() -> Text {
    Text::new(
        "检查这条记录的金额和政策中的数值；程序不会截断或回绕",
        "check the amounts of this record and the figures of the policy; nothing is cut or wrapped",
    )
}

/// An input is not what it was a moment ago.
pub(crate) fn changed_during_run(file: &str) -> Diagnostic {
    error(
        F105,
        Text::new(
            format!("{file} 在运行中被改动"),
            format!("{file} changed during the run"),
        ),
        Text::new(
            "等文件写完后重新运行；没有发布任何结果",
            "run again when the file is complete; nothing was published",
        ),
    )
}

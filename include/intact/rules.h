/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * The rule language: configuration text in, options and a compiled rule set out.
 *
 * The language is AIDE's (aide-compat, sections 2 and 3; intact.conf(5)).  This room reads
 * configuration files and nothing else: it opens no baseline, walks no tree and prints nothing;
 * what it wants to say beside a failure goes to the callback of struct intact_config_source.
 */

#ifndef INTACT_RULES_H
#define INTACT_RULES_H

#include <intact/attr.h>
#include <intact/entry.h>
#include <intact/error.h>
#include <intact/severity.h>

/* ---- log messages ------------------------------------------------------------------------------
 */

/** AIDE's log levels, in the order of the newest version. */
enum intact_log_level {
	INTACT_LOG_ERROR,
	INTACT_LOG_WARNING,
	INTACT_LOG_NOTICE,
	INTACT_LOG_INFO,
	INTACT_LOG_COMPARE,
	INTACT_LOG_RULE,
	INTACT_LOG_CONFIG,
	INTACT_LOG_DEBUG,
	INTACT_LOG_LIMIT,
	INTACT_LOG_THREAD,
	INTACT_LOG_TRACE,
};

/** Level of a name ("warning"), or -1. */
int intact_log_level_by_name(const char *name);

/** Called with one unescaped line.  `level` tells how much it matters. */
typedef void intact_log_fn(void *ctx, enum intact_log_level level, const char *text);

/* ---- rules -------------------------------------------------------------------------------------
 */

enum intact_rule_kind {
	INTACT_RULE_SELECTIVE, /* /regex   */
	INTACT_RULE_EQUAL,     /* =/regex  */
	INTACT_RULE_NEGATIVE,  /* !/regex: recursive negative, does not stop the descent */
	INTACT_RULE_PRUNE,     /* -/regex: non-recursive negative, stops the descent */
};

/** One rule as written and as compiled.  Immutable; lives as long as its rule set. */
struct intact_rule {
	enum intact_rule_kind kind;
	const char *regex; /* after expansion, escapes and include prefix */
	unsigned types;	   /* enum intact_ftype bits; INTACT_FT_ANY without a restriction */
	bool has_fstype;
	uint64_t fstype;  /* with has_fstype: statfs f_type */
	uint64_t attrs;	  /* 0 for negative rules */
	const char *file; /* where it was written: name as given, "(--before)" ... */
	unsigned line;
	const char *text;   /* the line as written */
	const char *prefix; /* include prefix, or "" */
};

struct intact_rules;

/** What the rules say about one path. */
enum intact_verdict {
	INTACT_NO_RULE,	      /* nothing matches: not added */
	INTACT_PARTIAL,	      /* not added, but something below may match */
	INTACT_SELECTED,      /* a selective rule */
	INTACT_EQUALED,	      /* an equals rule */
	INTACT_NEGATED,	      /* excluded by a `!` rule */
	INTACT_PRUNED,	      /* excluded by a `-` rule */
	INTACT_LIMIT_PARTIAL, /* a directory outside --limit so far, but something below may be
				 inside.  Without descend: the rules say no (no rule matches, or
				 the `-` rule in `rule` does) */
	INTACT_LIMIT_OUTSIDE, /* outside --limit */
};

struct intact_match {
	enum intact_verdict verdict;
	const struct intact_rule *rule; /* the rule that decided, or NULL */
	uint64_t attrs;			/* to measure if add */
	bool add;			/* the entry belongs into the baseline */
	bool descend;			/* if it is a directory: look below it */
};

/** Asked for the file system type of the path at hand, only when a rule depends on it.
 * Returns 0 and the f_type, or -1 when it is not known: then the rule does not apply. */
typedef int intact_fstype_fn(void *ctx, uint64_t *ret);

struct intact_matcher;

/**
 * A matcher: the scratch space for matching against a rule set, with the node chain of the last
 * directory remembered, so that siblings are cheap.  One thread at a time; any number per rule set.
 * `limit` is a PCRE2 pattern for --limit, or NULL.
 */
INTACT_MUST_CHECK
int intact_matcher_new(const struct intact_rules *rules, const char *limit,
		       struct intact_matcher **ret, struct intact_error *err);
void intact_matcher_free(struct intact_matcher *m);

/** Where to say that a rule asks for a file system type that is not known. */
void intact_matcher_set_log(struct intact_matcher *m, intact_log_fn *fn, void *ctx);

/**
 * Judge one path (NUL-terminated, absolute, without root_prefix) of the given type (one enum
 * intact_ftype bit).  Semantics: aide-compat 3.2 to 3.7; names that are not UTF-8 are matched
 * bytewise.
 *
 * A pattern that exceeds its match limit on this path is not an error of the call: *ret_problem
 * gets one static-lifetime or rule-owned line that names the rule ("file:line: ..."), the object
 * counts as selected by what else matched, and the caller lists it as unverified.  Otherwise
 * *ret_problem is NULL. Returns 0 or a negative code.
 */
INTACT_MUST_CHECK
int intact_matcher_match(struct intact_matcher *m, const char *path, size_t len, unsigned ftype,
			 intact_fstype_fn *fstype, void *ctx, struct intact_match *ret,
			 const char **ret_problem, struct intact_error *err);

/** Does it compile as a limit?  Without rules, to tell as soon as it is met on a command line. */
INTACT_MUST_CHECK
int intact_limit_check(const char *limit, struct intact_error *err);

/** For entries of a baseline: is the path inside the limit?  Always true without a limit. */
bool intact_matcher_in_limit(struct intact_matcher *m, const char *path, size_t len);

/** Number of rules of all kinds; the i-th in order of definition. */
size_t intact_rules_count(const struct intact_rules *rules);
const struct intact_rule *intact_rules_get(const struct intact_rules *rules, size_t i);

/** Union of the attributes of all rules. */
uint64_t intact_rules_attrs(const struct intact_rules *rules);

/**
 * The effective rule set as text: one line a rule in a canonical form, in order of definition, that
 * this room can read back (after a line "aide_compat=0.18" where that is in force).  It is stored
 * in the baseline, so that a check can say whether the rules have changed and what differs.  The
 * caller frees *ret.
 */
INTACT_MUST_CHECK
int intact_rules_text(const struct intact_rules *rules, char **ret, size_t *ret_len,
		      struct intact_error *err);

/** "/regex (none) a+b" or "/regex f,d=ext p": as --path-check and the config log show a rule, with
 * its prefix character.  The caller frees it; NULL without memory. */
char *intact_rule_describe(const struct intact_rule *rule);

/** Escape a path so that, as a regex, it matches itself literally.  The caller frees *ret. */
INTACT_MUST_CHECK
int intact_rules_quote(const char *path, char **ret, struct intact_error *err);

/** Name of a file system type ("ext"), or NULL; and back (also "0xHEX"; 0 on success, -1 unknown).
 */
const char *intact_fstype_name(uint64_t fstype);
int intact_fstype_by_name(const char *name, uint64_t *ret);

/* ---- severities ---------------------------------------------------------------------------------
 */

/** The lines of report_severity.  NULL is a list without any. */
struct intact_severities;

/** One of them.  Immutable; lives as long as the configuration. */
struct intact_severity_line {
	enum intact_severity level;
	const char *regex; /* after expansion and escapes, with the include prefix */
	const char *file;  /* where it was written, as with a rule */
	unsigned line;
	const char *text;
};

/**
 * The first line whose pattern matches the path (absolute, without root_prefix; matched as a rule's
 * pattern is), or NULL.  A path on which a pattern exceeds its match limit is critical, by a line
 * that is none of the list.  One thread at a time.
 */
const struct intact_severity_line *intact_severities_find(const struct intact_severities *list,
							  const char *path, size_t len);

/** Number of lines; the i-th in order of definition. */
size_t intact_severities_count(const struct intact_severities *list);
const struct intact_severity_line *intact_severities_get(const struct intact_severities *list,
							 size_t i);

/* ---- options -----------------------------------------------------------------------------------
 */

enum intact_url_type {
	INTACT_URL_FILE,
	INTACT_URL_STDIN,
	INTACT_URL_STDOUT,
	INTACT_URL_STDERR,
	INTACT_URL_FD,
	INTACT_URL_SYSLOG,
	INTACT_URL_MAILTO,   /* value: addresses, checked, with commas between them */
	INTACT_URL_JOURNALD, /* the journal of systemd */
};

struct intact_url {
	enum intact_url_type type;
	char *raw;   /* as written */
	char *value; /* path, descriptor number or facility; "" where there is none */
	int fd;	     /* INTACT_URL_FD */
	char *file;  /* where it was set, for messages */
	unsigned line;
	char *text; /* the config line */
};

enum intact_report_level {
	INTACT_REPORT_MINIMAL,
	INTACT_REPORT_SUMMARY,
	INTACT_REPORT_DATABASE_ATTRIBUTES,
	INTACT_REPORT_LIST_ENTRIES,
	INTACT_REPORT_CHANGED_ATTRIBUTES,
	INTACT_REPORT_ADDED_REMOVED_ATTRIBUTES,
	INTACT_REPORT_ADDED_REMOVED_ENTRIES,
};

/** "changed_attributes" */
const char *intact_report_level_name(enum intact_report_level level);

enum intact_report_format {
	INTACT_FORMAT_PLAIN,
	INTACT_FORMAT_JSON,
	INTACT_FORMAT_NDJSON,
	INTACT_FORMAT_ECS,  /* Elastic Common Schema, an event a line */
	INTACT_FORMAT_OCSF, /* Open Cybersecurity Schema Framework, likewise */
	INTACT_FORMAT_HTML, /* one page to look at */
};

/** Everything that can differ between report URLs, frozen when the report_url line is read. */
struct intact_report_options {
	enum intact_report_level level;
	enum intact_report_format format;
	bool base16;
	bool detailed_init;
	bool quiet;
	bool append;
	bool grouped;
	bool summarize;
	bool ignore_explained; /* the exit status does not count what a package explains by more
				  than its name */
	uint64_t ignore_added;
	uint64_t ignore_removed;
	uint64_t ignore_changed;
	uint64_t force;
	uint64_t ignore_e2fsattrs; /* FS_IOC_GETFLAGS bits */
};

struct intact_report_target {
	struct intact_url url;
	struct intact_report_options options;
};

/** Which AIDE's semantics and default groups: negative rules, R with md5 ... */
enum intact_compat {
	INTACT_COMPAT_NEWEST,
	INTACT_COMPAT_0_18,
};

/** What a default group (R L > H X E) stands for, whatever a configuration makes of its name.  It
 * holds no digest that is not in `digests` (0: all). */
uint64_t intact_default_group(const char *name, enum intact_compat compat, uint64_t digests);

enum intact_database_format {
	INTACT_DATABASE_INTACT,
	INTACT_DATABASE_AIDE,
};

/** When content is read although size, times, inode and device are those of the baseline. */
enum intact_hash_policy {
	INTACT_HASH_ALWAYS,
	INTACT_HASH_CHANGED, /* never */
	INTACT_HASH_ROLLING, /* at least once in a period */
};

/** The most that `generations` can ask for: a year of nights.  Each is opened at once. */
#define INTACT_GENERATIONS_MAX 366

/** Whose records explain changes. */
enum intact_package_manager {
	INTACT_PACKAGES_NONE,
	INTACT_PACKAGES_AUTO, /* the one of which there are records */
	INTACT_PACKAGES_DPKG,
	INTACT_PACKAGES_RPM,
};

/** When a mail says that all is well. */
enum intact_heartbeat {
	INTACT_HEARTBEAT_NEVER,
	INTACT_HEARTBEAT_WEEKLY,
	INTACT_HEARTBEAT_DAILY,
};

/** What --nightly accepts by itself. */
enum intact_nightly_accept {
	INTACT_NIGHTLY_ACCEPT_NO,
	INTACT_NIGHTLY_ACCEPT_EXPLAINED,      /* what the package itself proves */
	INTACT_NIGHTLY_ACCEPT_EXPLAINED_WEAK, /* also what the host's own records prove */
};

/** Classes of ioprio_set(2). */
enum intact_io_class {
	INTACT_IO_AS_IS, /* as the program was started */
	INTACT_IO_BEST_EFFORT = 2,
	INTACT_IO_IDLE = 3,
};

/** What the run may take from the machine. */
struct intact_courtesy {
	int nice; /* at least this niceness; 0: as started */
	enum intact_io_class io_class;
	unsigned io_level;	   /* of best-effort: 0 (first) to 7 */
	uint64_t bytes_per_second; /* of content read; 0: no limit */
	uint64_t files_per_second; /* looked at; 0: no limit */
	unsigned pressure; /* pause while pressure stalls exceed this percentage; 0: never */
};

/** The result of reading a configuration.  Owns everything it points to. */
struct intact_config {
	struct intact_rules *rules;
	enum intact_compat compat; /* the source's, or what aide_compat says */

	/* NULL where not set. */
	struct intact_url *database_in;
	struct intact_url *database_out;
	struct intact_url *database_new;
	uint64_t database_attrs;
	bool database_attrs_set;
	bool database_add_metadata;
	bool gzip_dbout;
	enum intact_database_format database_format;

	/* Signatures.  NULL where not set. */
	char *signing_key;
	char **verify_keys; /* in the order in which they are written */
	size_t nverify_keys;
	char *verify_host;	     /* the host that baselines must be of; "*": any */
	char *database_in_signature; /* detached, of database_in */

	/* The journal's file; "": none is to be kept; "yes": one in its default place.  NULL where
	 * not set. */
	char *journal;

	unsigned generations; /* old ones that --accept keeps beside database_in */

	struct intact_severities *severities; /* NULL where there is no line */

	char *root_prefix; /* "" where not set; no trailing slash */
	char *config_version;
	bool acl_no_symlink_follow;
	bool warn_dead_symlinks;
	bool follow_rotation;
	bool trusted_xattrs;
	bool require_sandbox;

	bool workers_set;
	unsigned workers;     /* 0: the main thread does the work */
	bool workers_percent; /* workers is a percentage of the processors */
	int log_level;	      /* enum intact_log_level, or -1 where not set */
	enum intact_hash_policy hash_policy;
	uint64_t hash_period; /* INTACT_HASH_ROLLING: seconds */
	unsigned patience;    /* measure_timeout: seconds; 0: for ever */
	unsigned time_limit;  /* seconds in which contents are read; 0: no end */
	struct intact_courtesy courtesy;
	enum intact_package_manager package_manager;

	/* Of --nightly, and of reports by mail. */
	char *sendmail; /* NULL where not set */
	enum intact_heartbeat heartbeat;
	enum intact_nightly_accept nightly_accept;
	char *nightly_hook;	       /* NULL where not set */
	unsigned nightly_hook_timeout; /* seconds */
	uint64_t report_keep;	       /* seconds that reports are kept for; 0: none is kept */
	bool report_keep_set;

	/* In report order (most detailed first); never empty: stdout by default. */
	struct intact_report_target *reports;
	size_t nreports;
};

/** Read workers as written: "4" or "50%".  Returns 0 or INTACT_EUSAGE. */
INTACT_MUST_CHECK
int intact_workers_parse(const char *text, unsigned *ret, bool *ret_percent,
			 struct intact_error *err);

/** Parse a URL as options take it: "file:/path", "stdout", "fd:3", "syslog:LOG_AUTH". */
INTACT_MUST_CHECK
int intact_url_parse(const char *text, struct intact_url *ret, struct intact_error *err);
void intact_url_release(struct intact_url *url);

/** The file that rules of `builtin` are said to be in. */
#define INTACT_BUILTIN_FILE "(built-in)"

/** Where the configuration comes from: before, then file, then after; each may be NULL. */
struct intact_config_source {
	const char *before;  /* text of all --before, each ended by a newline */
	const char *file;    /* path; "-" for stdin */
	const char *builtin; /* with file == NULL: text to read instead, named as above */
	/* Before `builtin`: the rules kept in a baseline (intact_rules_text), named "(baseline)".
	 * Whoever made the baseline wrote them, so nothing else may stand there: no option that
	 * names a file to be written, no include that runs a program.  INTACT_EDAMAGED. */
	const char *kept;
	const char *after;
	enum intact_compat compat;
	enum intact_database_format database_format; /* where no line says otherwise */
	bool follow_rotation;			     /* likewise */
	bool trusted_xattrs;			     /* likewise */
	const char *version; /* value of @@{AIDE_VERSION}: the AIDE version we stand in for */
	uint64_t digests;    /* bits of the digests that can be computed here; 0: do not check */
	bool no_includes; /* refuse @@include and @@x_include: for text from outside, and tests */
	bool check_only;  /* config-check, path-check, dry-init: warn about unrestricted rules if
			     asked; the caller does not heed log_level */
	/* The command line says how many workers, and what is logged: it comes first. */
	bool workers_given, log_level_given;
	intact_log_fn *log; /* warnings and below; may be NULL */
	void *log_ctx;
};

/**
 * Read and compile a configuration.  Errors carry their place ("file:line: what (line: '...')").
 * Returns 0, INTACT_ECONFIG, INTACT_EIO (cannot open), INTACT_EEXEC or INTACT_ENOMEM.
 */
INTACT_MUST_CHECK
int intact_config_read(const struct intact_config_source *source, struct intact_config **ret,
		       struct intact_error *err);
void intact_config_free(struct intact_config *config);

#endif /* INTACT_RULES_H */

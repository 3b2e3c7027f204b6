/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * The program: argv to a command to an exit status.
 *
 * The map of the source, by call depth:
 *
 *   main                       this file
 *     options_parse            cli/options.c    the command line
 *     apart_split              cli/apart.c      a process for the run, in case it cannot end
 *     session_configure        cli/session.c    which configuration, which baselines (cli/state.c)
 *       intact_config_read     rules/           text to options and rule set
 *     cmd_nightly              cli/cmd_nightly.c  --nightly: the process above the run, and mail
 *       night_prepare          cli/night_before.c  the lock, sockets, files
 *       watch_split            cli/watch.c      the run below it hands over what it found
 *       findings_compare       cli/findings.c   tonight against last night
 *       night_accept_split     cli/night_accept.c  what packages prove, if the policy says so
 *       night_send             cli/night_tell.c  cli/mail.c, cli/news.c, cli/mime.c, cli/hook.c;
 *                                               cli/sendmail.c, cli/journald.c, cli/store.c
 *     cmd_if_missing           cli/if_missing.c --init --if-missing: is there a baseline?
 *     cmd_measure              cli/cmd_measure.c  --init --check --update --nightly --compare
 *       run_record_begin       cli/run_record.c the journal, verified; its record comes last
 *       root_check             cli/root.c       can the root be opened, and does it answer
 *       intact_db_open         db/              the old baseline, verified
 *       intact_db_create       db/              the new one, beside the old
 *       sandbox_enter          cli/sandbox.c    from here on with bytes of others: fewer rights,
 *         clerk_start          cli/clerk.c      and a process that has them, to be asked
 *         intact_guard_enter   src/guard/
 *       flow_run               cli/flow.c       the streams plugged together
 *         intact_scan_walk     src/scan/        names in path order, each with its rule
 *         intact_join_new      src/compare/     paired with the baseline's entries
 *         intact_scan_measure  src/scan/        measured by parallel workers, in order again
 *         intact_match_pair    src/compare/     judged
 *         intact_moves_feed    src/compare/     moved and rotated files found among them
 *       explained_find         cli/explained.c  which changes a package explains
 *         intact_packages_explain  src/packages/
 *       targets_write          cli/targets.c    reports
 *         intact_report_write  src/report/      plain, json, ndjson, events, html
 *     cmd_accept               cli/cmd_accept.c  --accept
 *       choose_changes         cli/accept_choose.c, and cli/accept_ask.c which asks
 *       again_measure          cli/accept_again.c  is it still what was reviewed?
 *       next_write             cli/accept_next.c   the next generation
 *         store_keep           cli/generations.c   the old one, under a name of its own
 *     cmd_list                 cli/cmd_list.c   --list
 *     cmd_sign, cmd_verify     cli/cmd_sign.c   and which baselines are believed: cli/trust.c
 *     cmd_show, cmd_keygen     cli/cmd_show.c, cli/cmd_keygen.c
 *     cmd_history              cli/cmd_history.c  --history
 *     cmd_story                cli/cmd_story.c  --history PATH
 *     cmd_path_check, cmd_dry_init  cli/cmd_rules.c
 *     cmd_lint                 cli/cmd_lint.c
 *     cmd_version              cli/cmd_version.c
 */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/apart.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "cli/session.h"
#include "cli/signals.h"

static int measure(struct session *s)
{
	int status;

	if (s->options->if_missing && cmd_if_missing(s, &status))
		return status;
	return cmd_nightly(s, &status) ? status : cmd_measure(s);
}

static int run_command(struct session *s)
{
	switch (s->options->command) {
	case COMMAND_ACCEPT:
		return cmd_accept(s);
	case COMMAND_LIST:
		return cmd_list(s);
	case COMMAND_SIGN:
		return cmd_sign(s);
	case COMMAND_VERIFY:
		return cmd_verify(s);
	case COMMAND_SHOW:
		return cmd_show(s);
	case COMMAND_HISTORY:
		return s->options->npaths ? cmd_story(s) : cmd_history(s);
	case COMMAND_DRY_INIT:
		return cmd_dry_init(s);
	case COMMAND_LINT:
		return cmd_lint(s);
	case COMMAND_PATH_CHECK:
		return cmd_path_check(s);
	case COMMAND_CONFIG_CHECK:
		return cmd_config_check(s);
	default:
		return measure(s);
	}
}

static int run(const struct options *o, int *apart, bool *ret_hung)
{
	struct session s;
	struct intact_error err;
	int status, rc = 0;

	session_init(&s, o);
	s.apart = *apart;
	if (o->command == COMMAND_KEYGEN) {
		status = cmd_keygen(&s);
		session_release(&s);
		return status;
	}
	if (o->command == COMMAND_PATH_CHECK)
		rc = cmd_path_check_argument(o, &err);
	if (rc == 0)
		rc = session_configure(&s, &err);
	if (rc < 0)
		status = o->command == COMMAND_NIGHTLY ? cmd_nightly_unready(&s, &err)
						       : session_error(&s, &err);
	else
		status = run_command(&s);
	*ret_hung = s.hung;
	*apart = s.apart;
	session_release(&s);
	return status;
}

/* If one of the standard descriptors is closed, the next file we open would get its number, and
 * what is meant for people would be written into a baseline.  What stands in for it refuses to be
 * used. */
static int hold_standard_descriptors(void)
{
	for (int fd = 0; fd <= STDERR_FILENO; fd++) {
		int flags = fd == STDIN_FILENO ? O_WRONLY : O_RDONLY;

		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", flags) != fd)
			return INTACT_EIO;
	}
	return 0;
}

/* Verdicts are 0 to 7, and 32 more. */
static bool is_error(int status)
{
	return status > 7 && status < 32;
}

/* What was printed and did not arrive is an error, whatever else was found. */
static int close_output(int status)
{
	bool failed = ferror(stdout) != 0;
	bool closed = fclose(stdout) == 0;
	/* Of a write that failed before, perhaps in another thread, the reason is not known here.
	 */
	const char *why = closed ? "not all of it arrived" : strerror(errno);

	if ((closed && !failed) || is_error(status))
		return status;
	fprintf(stderr, "  ERROR: write to standard output: %s (result of the run: %d)\n", why,
		status);
	return -(int)INTACT_EIO;
}

static bool asks_file_systems(enum command_id command)
{
	return command == COMMAND_INIT || command == COMMAND_CHECK || command == COMMAND_UPDATE ||
	       command == COMMAND_ACCEPT;
}

int main(int argc, char **argv)
{
	struct options o;
	bool hung = false;
	int apart = -1;
	int status;

	if (hold_standard_descriptors() < 0)
		return -(int)INTACT_EIO;
	/* Nothing we create is for others, whatever the caller's umask says. */
	umask(077);
	signals_install();
	status = options_parse(&o, argc, argv);
	if (status < 0) {
		status = -status;
	} else if (o.command == COMMAND_HELP) {
		options_help(&o);
		status = 0;
	} else if (o.command == COMMAND_VERSION) {
		status = cmd_version(&o);
	} else {
		if (asks_file_systems(o.command))
			apart = apart_split();
		status = run(&o, &apart, &hung);
	}
	options_release(&o);
	status = close_output(status);
	if (hung)
		apart_stay_behind(apart, status);
	return status;
}

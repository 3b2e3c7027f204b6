/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * The words of explanations.  See intact/explanation.h.
 */

#include <intact/explanation.h>

#include <stddef.h>

const char *intact_explained_name(enum intact_explained verdict)
{
	static const char *const names[] = { "unexplained", "explained", "contradicted" };

	return names[verdict];
}

const char *intact_proof_name(enum intact_proof proof)
{
	static const char *const names[] = { "none", "name",   "inside", "same",   "record",
					     "md5",  "sha256", "sha512", "package" };

	return names[proof];
}

const char *intact_proof_strength(enum intact_proof proof)
{
	static const char *const strengths[] = {
		"none", "weakest", "as what is in it", "as the baseline", "weak", "weak", "weak",
		"weak", "strong"
	};

	return strengths[proof];
}

bool intact_proof_is_strong(enum intact_proof proof)
{
	return proof == INTACT_PROOF_PACKAGE;
}

const char *intact_why_text(enum intact_why why)
{
	static const char *const texts[] = {
		[INTACT_WHY_NONE] = "",
		[INTACT_WHY_NO_PACKAGE] = "no package has it",
		[INTACT_WHY_UNVERIFIED] = "part of it could not be verified",
		[INTACT_WHY_CONTENT] = "NOT the content that the package ships",
		[INTACT_WHY_MISSING] = "the package has it, and it is MISSING",
		[INTACT_WHY_CONFIG] = "a configuration file, not as the package ships it",
		[INTACT_WHY_NO_SUM] = "the record of the package has no sum of it",
		[INTACT_WHY_NO_DIGEST] = "no digest was measured that could be proven",
		[INTACT_WHY_NO_LINK] = "where the link leads was not measured",
		[INTACT_WHY_NOT_READ] = "it could not be read again as it was measured",
		[INTACT_WHY_ATTRS] = "its mode, owner or the like is not in the package's record",
		[INTACT_WHY_TARGET] = "a link to something that the package does not have",
		[INTACT_WHY_FOLDER] = "packages do not account for all that happened in it",
		[INTACT_WHY_TYPE] = "packages ship no such objects",
		[INTACT_WHY_EARLIER] = "not what the package shipped when it had it",
		[INTACT_WHY_GIVEN] = "NOT the mode, owner or capabilities of the package's record",
		[INTACT_WHY_OPTIONAL] = "it is gone, and the package does without it as well",
	};

	return texts[why];
}

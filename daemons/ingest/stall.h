/* SPDX-License-Identifier: Apache-2.0 */
/* Why a file stays where it is for now: a reason below, or a negative errno.  Pure. */
#pragma once

enum stall {
	STALL_WRITING = 1, /* somebody has it open for writing */
	STALL_CHANGED,	   /* it changed while it was read */
	STALL_MANIFEST,	   /* the control file that it must have is gone */
	STALL_PARSER,	   /* the program that is to read it does not start */
	STALL_SPACE,	   /* too little room on the disk to take anything in */
	STALL_STORE,	   /* aggregate has too little room left in its store */
	STALL_EXTRACT,	   /* it is counted, but no extract came of it */
};

/* For the log, in English. */
const char *stall_text(int stall);
/* For status, in Swedish. */
const char *stall_words(int stall);

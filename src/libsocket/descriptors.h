/* What is known of each descriptor number. The argument why it can be trusted opens descriptors.c. */
#ifndef LIBSOCKET_DESCRIPTORS_H
#define LIBSOCKET_DESCRIPTORS_H

#include "libsocket.h"
#include "wire.h"
#include <stdatomic.h>

enum descriptor_kind {
    DESCRIPTOR_UNKNOWN,
    DESCRIPTOR_FOREIGN,     /* not a socket of a stack: the kernel's alone */
    DESCRIPTOR_STREAM,
    DESCRIPTOR_DATAGRAM,    /* datagram or raw: each message has a header */
};

enum stream_state {
    STREAM_OPEN,            /* connected, or nothing is known: reads and writes go straight to the kernel */
    STREAM_ESTABLISHED,     /* connected as far as this process knows: it saw the handshake succeed, or accepted it; of a datagram socket: it has a peer */
    STREAM_FRESH,           /* made by this process, never connected, and nobody else has it */
    STREAM_CONNECTING,      /* this process wrote a connect record and hasn't seen the outcome */
    STREAM_LISTENING,
};

/* One word, so that it is read and written at once. 0: nothing is known. */
typedef union {
    uint64_t word;
    struct {
        uint32_t inode;
        uint8_t kind : 2;
        uint8_t state : 3;
        uint8_t inet6 : 1;
        uint8_t untold : 1;     /* of a stream: connect() hasn't returned the outcome of the attempt yet */
        uint8_t generation;     /* of a fresh stream: how many forks there had been */
        uint16_t unused;
    };
} descriptor_t;

_Static_assert(sizeof(descriptor_t) == sizeof(uint64_t), "a descriptor's entry is one word");

/* What the name of a descriptor's other end says: section 3 of docs/wire-format.md. */
struct identity {
    int family;             /* BSD's number */
    int type;
    int protocol;
    char prefix[WIRE_MAXIMUM_PREFIX];
};

enum { DESCRIPTOR_LEAF_BITS = 12, DESCRIPTOR_LEAVES = 1 << 16 };

struct descriptor_leaf {
    _Atomic uint64_t entries[1 << DESCRIPTOR_LEAF_BITS];
};

extern atomic_bool descriptors_watched;
extern _Atomic(struct descriptor_leaf *) descriptor_leaves[DESCRIPTOR_LEAVES];

/* From now on descriptors may be a stack's. Until then each is taken to be the kernel's without looking. */
void descriptors_watch(void);

/* Asks the kernel what the descriptor is, and remembers it. */
descriptor_t descriptor_look(int fd);

static inline _Atomic uint64_t *descriptor_entry(int fd)
{
    unsigned number = (unsigned)fd;
    if (number >> DESCRIPTOR_LEAF_BITS >= DESCRIPTOR_LEAVES)
        return NULL;
    struct descriptor_leaf *leaf = atomic_load_explicit(&descriptor_leaves[number >> DESCRIPTOR_LEAF_BITS], memory_order_acquire);
    return leaf == NULL ? NULL : &leaf->entries[number & ((1u << DESCRIPTOR_LEAF_BITS) - 1)];
}

/* What a descriptor is, from the table where it's known. */
static inline descriptor_t descriptor_get(int fd)
{
    if (!atomic_load_explicit(&descriptors_watched, memory_order_relaxed))
        return (descriptor_t){ .kind = DESCRIPTOR_FOREIGN };
    _Atomic uint64_t *entry = descriptor_entry(fd);
    if (entry != NULL) {
        descriptor_t known = { .word = atomic_load_explicit(entry, memory_order_relaxed) };
        if (known.word != 0)
            return known;
    }
    return descriptor_look(fd);
}

/* Whether the descriptor is still the socket that the entry was made for: one fstat(2). */
bool descriptor_is_still(int fd, descriptor_t known);

/* A new socket of a stack has come to be under this number. */
descriptor_t descriptor_add(int fd, int family, int type, enum stream_state state);

/* The number is about to be closed, or may mean something else from now on. */
void descriptor_closing(int fd);
void descriptor_changed(int fd);
void descriptors_closing(unsigned first, unsigned last);

/* Notes a socket's new state, if the number still means the same one. */
void descriptor_set_state(int fd, descriptor_t known, enum stream_state state);

/* connect() has returned what came of the attempt. */
void descriptor_outcome_told(int fd, descriptor_t known);

/* Somebody else may have the socket from now on, and may connect it: a fresh stream is fresh no more. */
void descriptor_shared(int fd);

/* Whether nobody can have connected this stream yet. */
bool descriptor_is_fresh(descriptor_t known);

/* Reads the name of the descriptor's other end from the kernel. Whether it is a stack's. */
bool identify(int fd, struct identity *identity);

/* The process that the table belongs to. A vfork's child shares the table and has descriptors of its own. */
bool descriptors_are_ours(void);

/* To be called in the child of a fork, and in its parent, when it's done. */
void descriptors_forked(bool child);

#endif

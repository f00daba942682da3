/*
 * Which descriptors are sockets of a stack.
 *
 * The truth is the kernel's: getpeername(2) on a socket of a stack gives the name that the daemon bound its end to, whoever has the descriptor and however it
 * was come by (dup, fork, exec, SCM_RIGHTS), even after the daemon is gone. That is a system call, and read() and write() of ordinary files go through this
 * library too, so the answer is kept in a table indexed by descriptor number. It can be stale, because a descriptor may be closed where nobody sees it:
 * fclose() and its like close inside the C library, and any program may use syscall(2). These are the rules that make a stale entry harmless:
 *
 * 1. "Foreign" is never wrong. A number comes to mean a stack's socket in few ways: socket(), accept(), dup() and its like, a descriptor received by
 *    recvmsg(). Each is intercepted and overwrites the entry. So reads and writes of everything else cost no system call, however often files are opened
 *    and closed, and "foreign" outlives a close.
 * 2. "Stream" may be wrong, and nothing is lost: bytes of a stream go to and come from the kernel unaltered either way. What's special about a stream happens
 *    when it ends or fails, or with requests to the daemon; all these ask the kernel for the name again. (A write goes by send(2), for the sake of
 *    MSG_NOSIGNAL; it says ENOTSOCK when the number has become something else.)
 * 3. "Datagram" may be wrong, and adding or removing headers would corrupt another file's data. So each such operation first compares the inode (one fstat(2),
 *    0.1 microseconds beside the 2 or more of passing the message). An inode is the identity of a socket: the daemon uses it, too.
 * 4. A close doesn't make an entry "foreign" but "unknown": between vfork() and exec the child runs in the parent's memory, and what it closes and duplicates
 *    isn't closed or duplicated in the parent. "Unknown" is right for both. For the same reason an answer of the kernel is kept only in the process that
 *    the table belongs to.
 *
 * Entries are single words, read and written atomically; a leaf of the table is allocated once and never freed or moved, by mmap(2), which, unlike malloc(),
 * may be used in a signal handler. There are no locks, so nothing is held when another thread forks.
 */
#include "descriptors.h"
#include "requests.h"
#include "system.h"
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/un.h>

atomic_bool descriptors_watched;
_Atomic(struct descriptor_leaf *) descriptor_leaves[DESCRIPTOR_LEAVES];

static _Atomic pid_t owner;
static _Atomic uint8_t forks;

static void forked_parent(void)
{
    descriptors_forked(false);
}

static void forked_child(void)
{
    descriptors_forked(true);
}

void descriptors_watch(void)
{
    if (atomic_exchange(&descriptors_watched, true))
        return;
    atomic_store(&owner, getpid());
    pthread_atfork(NULL, forked_parent, forked_child);
}

bool descriptors_are_ours(void)
{
    return atomic_load_explicit(&owner, memory_order_relaxed) == getpid();
}


void descriptors_forked(bool child)
{
    atomic_fetch_add(&forks, 1);   /* a fresh stream is now in two hands, either of which may connect it */
    if (child) {
        atomic_store(&owner, getpid());
        requests_forked();
    }
}

static _Atomic uint64_t *entry_to_write(int fd)
{
    _Atomic uint64_t *entry = descriptor_entry(fd);
    unsigned number = (unsigned)fd;
    if (entry != NULL || number >> DESCRIPTOR_LEAF_BITS >= DESCRIPTOR_LEAVES)
        return entry;

    struct descriptor_leaf *leaf = mmap(NULL, sizeof *leaf, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (leaf == MAP_FAILED)
        return NULL;    /* then this number is looked up each time */
    struct descriptor_leaf *none = NULL;
    if (!atomic_compare_exchange_strong(&descriptor_leaves[number >> DESCRIPTOR_LEAF_BITS], &none, leaf))
        munmap(leaf, sizeof *leaf);
    return descriptor_entry(fd);
}

bool identify(int fd, struct identity *identity)
{
    struct sockaddr_un name;
    socklen_t length = sizeof name;
    int saved = errno;
    long result = syscall(SYS_getpeername, fd, &name, &length);
    errno = saved;
    static const char scheme[] = "\0iopkt1:";
    size_t path = length > sizeof name ? 0 : length - offsetof(struct sockaddr_un, sun_path);
    if (result != 0 || name.sun_family != AF_UNIX || length < sizeof name.sun_family || path < sizeof scheme - 1
        || memcmp(name.sun_path, scheme, sizeof scheme - 1) != 0)
        return false;

    char text[sizeof name.sun_path + 1];
    memcpy(text, name.sun_path, path);
    text[path] = '\0';
    char *at = text + sizeof scheme - 1;
    int *numbers[] = { &identity->family, &identity->type, &identity->protocol };
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        *numbers[i] = (int)strtol(at, &at, 10);
        if (*at++ != ':')
            return false;
    }
    at = strchr(at, ':');   /* past the identifier */
    if (at == NULL || identity->type < SOCK_STREAM || identity->type > SOCK_RAW)
        return false;
    strcpy(identity->prefix, at + 1);
    return true;
}

static descriptor_t describe(int fd, int family, int type, enum stream_state state)
{
    return (descriptor_t){
        .inode = system_socket_inode(fd),
        .kind = type == SOCK_STREAM ? DESCRIPTOR_STREAM : DESCRIPTOR_DATAGRAM,
        .state = state,
        .inet6 = family == WIRE_INET6,
        .generation = atomic_load_explicit(&forks, memory_order_relaxed),
    };
}

descriptor_t descriptor_look(int fd)
{
    struct identity identity;
    descriptor_t found = { .kind = DESCRIPTOR_FOREIGN };
    if (fd < 0)
        return found;
    if (identify(fd, &identity))
        found = describe(fd, identity.family, identity.type, STREAM_OPEN);
    if (descriptors_are_ours()) {
        _Atomic uint64_t *entry = entry_to_write(fd);
        if (entry != NULL)
            atomic_store_explicit(entry, found.word, memory_order_relaxed);
    }
    return found;
}

bool descriptor_is_still(int fd, descriptor_t known)
{
    if (system_socket_inode(fd) == known.inode)
        return true;
    descriptor_changed(fd);
    return false;
}

descriptor_t descriptor_add(int fd, int family, int type, enum stream_state state)
{
    descriptors_watch();
    descriptor_t added = describe(fd, family, type, state);
    _Atomic uint64_t *entry = entry_to_write(fd);
    if (entry != NULL)
        atomic_store_explicit(entry, added.word, memory_order_relaxed);
    return added;
}

void descriptor_changed(int fd)
{
    _Atomic uint64_t *entry = descriptor_entry(fd);
    if (entry != NULL)
        atomic_store_explicit(entry, 0, memory_order_relaxed);
}

void descriptor_closing(int fd)
{
    _Atomic uint64_t *entry = descriptor_entry(fd);
    if (entry == NULL)
        return;
    descriptor_t known = { .word = atomic_load_explicit(entry, memory_order_relaxed) };
    if (known.kind != DESCRIPTOR_FOREIGN)
        atomic_store_explicit(entry, 0, memory_order_relaxed);
}

void descriptors_closing(unsigned first, unsigned last)
{
    const unsigned leaf_size = 1u << DESCRIPTOR_LEAF_BITS;
    for (unsigned leaf = first / leaf_size; leaf < DESCRIPTOR_LEAVES && leaf <= last / leaf_size; leaf++) {
        if (atomic_load_explicit(&descriptor_leaves[leaf], memory_order_acquire) == NULL)
            continue;
        for (unsigned i = 0; i < leaf_size; i++) {
            unsigned number = leaf * leaf_size + i;
            if (number >= first && number <= last)
                descriptor_closing((int)number);
        }
    }
}

/* Replaces the entry of a socket, if the number still means the same one. */
static void change_state(int fd, descriptor_t known, enum stream_state state, bool untold)
{
    _Atomic uint64_t *entry = descriptor_entry(fd);
    if (entry == NULL)
        return;
    descriptor_t now = { .word = atomic_load_explicit(entry, memory_order_relaxed) };
    descriptor_t next;
    do {
        if (now.kind != known.kind || now.inode != known.inode)
            return;
        next = now;
        next.state = state;
        next.untold = untold;
    } while (!atomic_compare_exchange_weak(entry, &now.word, next.word));
}

void descriptor_set_state(int fd, descriptor_t known, enum stream_state state)
{
    change_state(fd, known, state, state == STREAM_CONNECTING || known.untold);
}

void descriptor_outcome_told(int fd, descriptor_t known)
{
    change_state(fd, known, STREAM_ESTABLISHED, false);
}

void descriptor_shared(int fd)
{
    _Atomic uint64_t *entry = descriptor_entry(fd);
    descriptor_t known = { .word = entry == NULL ? 0 : atomic_load_explicit(entry, memory_order_relaxed) };
    if (known.kind == DESCRIPTOR_STREAM && known.state == STREAM_FRESH)
        descriptor_set_state(fd, known, STREAM_OPEN);
}

bool descriptor_is_fresh(descriptor_t known)
{
    return known.kind == DESCRIPTOR_STREAM && known.state == STREAM_FRESH
        && known.generation == atomic_load_explicit(&forks, memory_order_relaxed);
}

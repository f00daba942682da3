/*
 * getsockname() and getpeername().
 *
 * The record that an accepted connection came with says both, and servers commonly ask (asyncio, redis, sshd, nginx on a wildcard address), so they are kept, by
 * descriptor number like descriptors.c's table and in leaves of the same kind. An entry is good while the number still is the socket with this inode and
 * the connection stands (afterwards, getpeername() is ENOTCONN, and the daemon says so).
 */
#include "addresses.h"
#include "real.h"
#include "requests.h"
#include "system.h"
#include <sys/mman.h>

struct kept_addresses {
    _Atomic uint32_t inode;     /* 0 while the rest is being written */
    uint32_t length;
    uint8_t peer[WIRE_MAXIMUM_NAME];
    uint8_t local[WIRE_MAXIMUM_NAME];
};

enum { LEAF_BITS = 10, LEAVES = 1 << 12 };

struct kept_leaf {
    struct kept_addresses entries[1 << LEAF_BITS];
};

static _Atomic(struct kept_leaf *) leaves[LEAVES];

static struct kept_addresses *kept_entry(int fd, bool create)
{
    unsigned number = (unsigned)fd;
    if (number >> LEAF_BITS >= LEAVES)
        return NULL;
    _Atomic(struct kept_leaf *) *place = &leaves[number >> LEAF_BITS];
    struct kept_leaf *leaf = atomic_load_explicit(place, memory_order_acquire);
    if (leaf == NULL) {
        struct kept_leaf *made = create ? mmap(NULL, sizeof *made, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) : MAP_FAILED;
        if (made == MAP_FAILED)
            return NULL;
        if (atomic_compare_exchange_strong(place, &leaf, made))
            leaf = made;
        else
            munmap(made, sizeof *made);
    }
    return &leaf->entries[number & ((1u << LEAF_BITS) - 1)];
}

void addresses_keep(int fd, descriptor_t socket, const struct wire_accept *record)
{
    struct kept_addresses *entry = kept_entry(fd, true);
    if (entry == NULL || record->address_length > WIRE_MAXIMUM_NAME)
        return;
    atomic_store_explicit(&entry->inode, 0, memory_order_relaxed);
    atomic_thread_fence(memory_order_release);
    entry->length = record->address_length;
    memcpy(entry->peer, record->peer, sizeof entry->peer);
    memcpy(entry->local, record->local, sizeof entry->local);
    atomic_store_explicit(&entry->inode, socket.inode, memory_order_release);
}

void address_give(struct sockaddr *to, socklen_t *to_length, const void *address, size_t length)
{
    if (to == NULL || to_length == NULL)
        return;
    memcpy(to, address, smaller(*to_length, length));
    *to_length = (socklen_t)length;
}

static bool give_kept(int fd, descriptor_t socket, bool peer, struct sockaddr *address, socklen_t *length)
{
    struct kept_addresses *entry = kept_entry(fd, false);
    uint32_t inode = entry == NULL ? 0 : atomic_load_explicit(&entry->inode, memory_order_acquire);
    if (inode == 0 || inode != socket.inode || !descriptor_is_still(fd, socket)
        || (system_poll_now(fd, POLLRDHUP) & (POLLRDHUP | POLLHUP | POLLERR)) != 0)
        return false;
    struct kept_addresses copy;
    copy.length = entry->length;
    memcpy(copy.peer, entry->peer, sizeof copy.peer);
    memcpy(copy.local, entry->local, sizeof copy.local);
    atomic_thread_fence(memory_order_acquire);
    if (atomic_load_explicit(&entry->inode, memory_order_relaxed) != inode)
        return false;
    address_give(address, length, peer ? copy.peer : copy.local, copy.length);
    return true;
}

static int get_name(int fd, enum wire_operation operation, struct sockaddr *address, socklen_t *length)
{
    uint8_t name[WIRE_MAXIMUM_NAME];
    struct request about = { .operation = operation, .reply = name, .reply_size = sizeof name };
    int error = request_about(fd, &about);
    if (error != 0)
        return error;
    if (address == NULL || length == NULL)
        return EFAULT;
    if ((int)*length < 0)
        return EINVAL;
    address_give(address, length, name, smaller(about.reply_length, sizeof name));
    return 0;
}

EXPORT int getsockname(int fd, __SOCKADDR_ARG address, socklen_t *restrict length)
{
    descriptor_t socket = descriptor_get(fd);
    if (socket.kind != DESCRIPTOR_FOREIGN) {
        if (give_kept(fd, socket, false, address.__sockaddr__, length))
            return 0;
        int error = get_name(fd, WIRE_GETSOCKNAME, address.__sockaddr__, length);
        if (error != ENOTSOCK)
            return result_of(error);
    }
    return REAL(getsockname)(fd, address.__sockaddr__, length);
}

EXPORT int getpeername(int fd, __SOCKADDR_ARG address, socklen_t *restrict length)
{
    descriptor_t socket = descriptor_get(fd);
    if (socket.kind != DESCRIPTOR_FOREIGN) {
        if (give_kept(fd, socket, true, address.__sockaddr__, length))
            return 0;
        int error = get_name(fd, WIRE_GETPEERNAME, address.__sockaddr__, length);
        if (error != ENOTSOCK)
            return result_of(error);
    }
    return REAL(getpeername)(fd, address.__sockaddr__, length);
}
